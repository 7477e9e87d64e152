import type { LabNames, Seat } from '../names.ts'

/** corosync.conf(5) for nodes on one bridge. Every block stands on lines of its own: `totem { version: 2` is a parse error. */
export function corosyncConf(names: LabNames, seats: readonly Seat[]): string {
  return `totem {
  version: 2
  cluster_name: ${names.prefix}
  transport: udpu
  # A node is lost after 2 s: short enough to watch, long enough for a busy two-core machine.
  token: 2000
  token_coefficient: 0
}
nodelist {
${seats.map(nodeBlock).join('\n')}
}
quorum {
  provider: corosync_votequorum
}
system {
  # Stay in the control group of the lab.
  move_to_root_cgroup: no
}
logging {
  to_syslog: no
  to_stderr: no
  to_logfile: yes
  logfile: /var/log/corosync/corosync.log
  timestamp: hires
}
`
}

function nodeBlock({ name, number, address }: Seat): string {
  return `  node {
    name: ${name}
    nodeid: ${number}
    ring0_addr: ${address}
  }`
}
