import { z } from 'zod'
import { STACKS } from '../clusters/inventory.ts'
import { parseServiceAddress } from '../clusters/service-address.ts'
import { Duration } from '../runbooks/duration.ts'

/** Messages go on from a path: "clusters.pvfs.channel must be …". */
function text(pattern: RegExp, message: string) {
  return z.string().regex(pattern, message)
}
function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`
  return z.number({ error: message }).int(message).min(min, message).max(max, message)
}

const Path = text(/^[^\0]+$/, 'must be a path')
/** Stands in commands for nodes, where every login shell must read it alike. */
const Ledger = text(
  /^(?!.*(^|\/)\.\.?(\/|$))\/?[A-Za-z0-9._][A-Za-z0-9._-]*(\/[A-Za-z0-9._][A-Za-z0-9._-]*)*$/,
  'must be a folder on the nodes, absolute or from the home of the login; letters, digits, `.`, `_`, `-` and `/` only, without `..`',
)
const Address = text(/^[A-Za-z0-9]([A-Za-z0-9._:%-]*[A-Za-z0-9])?$/, 'must be a host name or an address')
const Login = text(/^[A-Za-z_][A-Za-z0-9._@-]*$/, 'must be a login name')
/** A duration; a bare number gets the message that says how to write one. */
const Within = z.preprocess(value => (typeof value === 'number' ? String(value) : value), Duration)

export const SlackFile = z.strictObject({
  mode: z.enum(['socket', 'http']).default('socket'),
  team: text(/^T[A-Z0-9]+$/, 'must be the id of a Slack workspace, T…').optional(),
  port: whole(1, 65_535).optional().describe('Where mode http listens; default 3000'),
  apiUrl: text(
    /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]).*\/$/,
    'must be an https address ending in /, or http on this computer',
  ).optional(),
})

const PersonFile = z.strictObject({
  slack: text(/^[UW][A-Z0-9]+$/, 'must be a Slack member id, U… or W…').optional(),
  ssh: z.union([z.string(), z.array(z.string())], { error: 'must be a public key, or a list of them' }).optional(),
})

const TeamFile = z.strictObject({
  members: z.array(z.string()),
  slackGroup: text(/^S[A-Z0-9]+$/, 'must be the id of a Slack user group, S…').optional(),
})

const SshFile = z.strictObject({
  user: Login,
  identityFile: Path.optional(),
  agent: z.union([z.literal(true), Path], { error: 'must be true, or the path of an agent’s socket' }).optional(),
  knownHosts: Path.default('keys/known_hosts'),
  become: z.enum(['sudo']).optional(),
  jump: text(
    /^([A-Za-z_][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*(:\d{1,5})?$/,
    'must be [user@]host[:port]',
  ).optional(),
  algorithms: z.enum(['modern', 'legacy']).optional(),
  ledger: Ledger.default('/var/lib/ha-bot'),
})

const BmcFile = z.strictObject({ address: Address, user: z.string().min(1), passwordFile: Path })

const NodeFile = z.strictObject({
  address: Address,
  port: whole(1, 65_535).default(22),
  bmc: BmcFile.optional(),
})

const SERVICE = 'must be host:port, like 192.0.2.22:3334 or [2001:db8::22]:3334'
const GroupFile = z.strictObject({
  prefers: z.string().optional(),
  service: z
    .string({ error: SERVICE })
    .refine(text => parseServiceAddress(text) !== undefined, { error: SERVICE })
    .optional(),
})

const ApproveFile = z.strictObject({
  count: whole(1, 10).default(1),
  from: z.array(z.string()).min(1, 'must name a team').optional(),
  within: Within.optional(),
  confirm: z.enum(['node-name']).optional(),
})

export const RiskFile = z.strictObject({
  run: z.array(z.string()),
  approve: ApproveFile.optional(),
})
export type RiskFile = z.infer<typeof RiskFile>

export const PolicyFile = z.strictObject({
  read: RiskFile.optional(),
  disruptive: RiskFile.optional(),
  destructive: RiskFile.optional(),
})
export type PolicyFile = z.infer<typeof PolicyFile>

export const ClusterFile = z.strictObject({
  stack: z.enum(STACKS),
  channel: text(/^[CGD][A-Z0-9]+$/, 'must be the id of a Slack channel, C…').optional(),
  ssh: SshFile,
  nodes: z.record(z.string(), NodeFile),
  groups: z.record(z.string(), GroupFile).default({}),
  policy: PolicyFile.optional(),
})
export type ClusterFile = z.infer<typeof ClusterFile>

const SigningFile = z.strictObject({
  bot: Path.default('keys/bot'),
  worker: Path.default('keys/worker'),
  trusted: Path.default('keys/trusted'),
})

/** `ha.yaml` as it is written. Paths are as given; names are checked in names.ts, references in the other checks. */
export const ConfigFile = z.strictObject({
  redis: z
    .string()
    .refine(address => address.startsWith('/') || (/^rediss?:\/\/./.test(address) && URL.canParse(address)), {
      error: 'must be an address like redis://127.0.0.1:6379, or the path of a socket',
    })
    .default('redis://127.0.0.1:6379'),
  runbooks: Path.default('./runbooks'),
  files: Path.default('./files'),
  archive: Path.default('./archive'),
  durability: z.enum(['strict', 'warn']).default('strict'),
  signing: SigningFile.prefault({}),
  slack: SlackFile.optional(),
  people: z.record(z.string(), PersonFile).default({}),
  teams: z.record(z.string(), TeamFile).default({}),
  clusters: z.record(z.string(), ClusterFile).default({}),
})
export type ConfigFile = z.infer<typeof ConfigFile>

/** The same with everything optional: what is left when all that is wrong in itself was taken out, for the checks between the parts. */
export const LooseFile = ConfigFile.extend({
  teams: z.record(z.string(), TeamFile.partial()).default({}),
  clusters: z
    .record(
      z.string(),
      ClusterFile.partial().extend({
        ssh: SshFile.partial().optional(),
        nodes: z.record(z.string(), NodeFile.partial()).default({}),
        policy: z.partialRecord(z.enum(['read', 'disruptive', 'destructive']), RiskFile.partial()).optional(),
      }),
    )
    .default({}),
})
export type LooseFile = z.infer<typeof LooseFile>
