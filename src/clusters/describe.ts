import type { GroupStatus } from './status.ts'

/** What agents do, in the words of an operator. The first pattern that fits the agent's own name counts. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ip|IPaddr2?|IPv6addr|IPsrcaddr|aws-?vip|azure-lb|gcp-vpc-move-vip)$/i, 'address'],
  [/^(?:Filesystem|ZFS|fs|clusterfs|netfs)$/i, 'filesystem'],
  [/^(?:LVM(?:-activate)?|clvm|lvmlockd)$/i, 'volume group'],
  [/^evms_failover$/i, 'disk group'],
  [/^(?:drbd|Raid1|mdraid)$/i, 'disk'],
  [/^(?:Xen|vm|VirtualDomain|lxc|ManageVE)$/i, 'virtual machine'],
  [/^(?:podman|docker|rkt)$/i, 'container'],
  [/^(?:pgsql|pgsqlms|mysql|mariadb|galera|oracle|db2|SAPHana)/i, 'database'],
  [/^(?:apache|nginx|httpd)/i, 'web server'],
  [/^(?:nfsserver|exportfs|nfs-)/i, 'NFS export'],
  [/^(?:MailTo|ClusterMon)$/i, 'notification'],
  [/^remote$/i, 'connection to a remote node'],
]

/** What a group is made of, in the order in which it starts: `address, filesystem, daemon`. */
export function describe(group: GroupStatus): string {
  const agents = new Map(group.members.map(member => [member.name, member.agent]))
  const counts = new Map<string, number>()
  for (const agent of agents.values()) counts.set(wordFor(agent), (counts.get(wordFor(agent)) ?? 0) + 1)
  return [...counts].map(([word, count]) => (count === 1 ? word : `${count} ${plural(word)}`)).join(', ')
}

function wordFor(agent: string): string {
  const name = agent.slice(agent.lastIndexOf(':') + 1)
  return WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'daemon'
}

function plural(word: string): string {
  if (word.startsWith('connection')) return word.replace('connection', 'connections')
  return /(?:s|x)$/.test(word) ? `${word}es` : `${word}s`
}
