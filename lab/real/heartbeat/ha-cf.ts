import type { Seat } from '../names.ts'
import type { Fencing } from '../stack.ts'

/** ha.cf, the same on every node: a `ucast` line to oneself is ignored (ha-stacks.md §9.3). */
export function haCf(seats: readonly Seat[], fencing: Fencing | undefined): string {
  const links = seats.flatMap(({ address, privateAddress }) => [
    `ucast eth0 ${address}`,
    `ucast eth1 ${privateAddress}`,
  ])
  return `logfile /var/log/ha-log
use_logd no
# Often: cl_status waits for the daemon's next round, which is as long as this.
keepalive 250ms
# A node is lost after 6 s: short enough to watch, long enough for a busy two-core machine.
warntime 4
deadtime 6
initdead 12
realtime off
udpport 694
${links.join('\n')}
auto_failback off
crm no
${fencing ? devices(seats, fencing) : ''}respawn hacluster /usr/libexec/heartbeat/ccm
${seats.map(({ name }) => `node ${name}`).join('\n')}
`
}

/**
 * The device of each node, for the other one alone: Heartbeat knows one device, the last that is meant for it, and asks it to reset whoever
 * is dead. With `*` in both lines a node resets itself (seen on 3.0.6).
 */
function devices(seats: readonly Seat[], fencing: Fencing): string {
  const lines = seats.flatMap(seat =>
    seats.filter(other => other !== seat).map(({ name }) => device(name, seat, fencing)),
  )
  return lines.map(line => `${line}\n`).join('')
}

/** The plugin's parameters in its own order: hostname, ipaddr, userid, passwd, interface. */
function device(from: string, { name, bmcAddress }: Seat, { user, password }: Fencing): string {
  return `stonith_host ${from} external/ipmi ${name} ${bmcAddress} ${user} ${password} lan`
}
