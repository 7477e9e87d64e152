import type { Problem } from '../../problem.ts'
import type { Stack } from '../inventory.ts'
import { listed } from '../lookup.ts'
import type { Answer, Query, ReadingContext } from './stack.ts'

/**
 * Asks a node which cluster stack it is set up for, by its files and tools alone (ha-stacks.md §1): one fact per line, `end` last.
 * Awk reads ha.cf because comments and blanks before the directive are allowed there.
 */
export const DETECT = {
  name: 'stack',
  script: `say() { printf '%s=%s\\n' "$1" "$2"; }
there() { if [ ! -e "$1" ]; then echo absent; elif [ ! -r "$1" ]; then echo unreadable; elif [ -s "$1" ]; then echo there; else echo empty; fi; }
tool() { if command -v "$1" >/dev/null 2>&1; then echo there; else echo absent; fi; }
cf=$(there /etc/ha.d/ha.cf)
say ha.cf "$cf"
crm=''
[ "$cf" != there ] || crm=$(awk '{ sub(/#.*/, "") } $1 == "crm" || $1 == "pacemaker" { word = $2 } END { print word }' </etc/ha.d/ha.cf)
say crm "$crm"
say haresources "$(there /etc/ha.d/haresources)"
conf=$(there /etc/cluster/cluster.conf)
say cluster.conf "$conf"
rm=absent
[ "$conf" != there ] || ! grep -q '<rm[^A-Za-z]' </etc/cluster/cluster.conf || rm=there
[ "$conf" != there ] || ! grep -q '<rm$' </etc/cluster/cluster.conf || rm=there
say rm "$rm"
say clustat "$(tool clustat)"
say corosync.conf "$(there /etc/corosync/corosync.conf)"
say pacemakerd "$(tool pacemakerd)"
echo end`,
  timeoutMs: 10_000,
  maxBytes: 4096,
} as const satisfies Query

/** One stack that a node is set up for, and what shows it: `/etc/ha.d/haresources is there`. */
export interface FoundStack {
  readonly stack: Stack
  readonly shownBy: string
}

export interface Detected {
  /** The answer was whole and understood; otherwise nothing may be concluded from `found`. */
  readonly known: boolean
  /** More than one where an old configuration was left behind; none on a machine that is no cluster node. */
  readonly found: readonly FoundStack[]
  /** Files that are there and that the login may not read. */
  readonly unreadable: readonly string[]
}

const FACTS = ['ha.cf', 'crm', 'haresources', 'cluster.conf', 'rm', 'clustat', 'corosync.conf', 'pacemakerd'] as const
type Fact = (typeof FACTS)[number]
type Facts = Readonly<Record<Fact, string>>

const PATHS: Readonly<Partial<Record<Fact, string>>> = {
  'ha.cf': '/etc/ha.d/ha.cf',
  haresources: '/etc/ha.d/haresources',
  'cluster.conf': '/etc/cluster/cluster.conf',
  'corosync.conf': '/etc/corosync/corosync.conf',
}

const NOTHING: Detected = { known: false, found: [], unreadable: [] }

/** What the answer to `DETECT` says. One that is missing, cut off or otherwise not understood says nothing. */
export function detected(answer: Answer | undefined): Detected {
  const facts = answer && !answer.truncated ? factsOf(answer.stdout) : undefined
  if (!facts) return NOTHING
  const unreadable = FACTS.flatMap(fact => (facts[fact] === 'unreadable' ? [PATHS[fact] ?? fact] : []))
  return { known: true, found: stacksOf(facts), unreadable }
}

function factsOf(stdout: string): Facts | undefined {
  const lines = stdout.trimEnd().split('\n')
  if (lines.length !== FACTS.length + 1 || lines.at(-1) !== 'end') return undefined
  const facts = new Map(
    lines.slice(0, -1).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  if (FACTS.some(fact => !facts.has(fact))) return undefined
  return Object.fromEntries(facts) as Facts
}

/** `crm` on means the CRM decides and haresources is ignored (ha-stacks.md §1, B); the words are those heartbeat takes for yes. */
const CRM_ON = /^(?:y|yes|on|true|1|enable|manual|respawn)$/i

function stacksOf(facts: Facts): FoundStack[] {
  const crm = CRM_ON.test(facts.crm)
  return [
    ...(crm ? [found('heartbeat-crm', `"crm ${facts.crm}" stands in /etc/ha.d/ha.cf`)] : []),
    ...(!crm && facts.haresources === 'there' && facts['ha.cf'] !== 'unreadable'
      ? [found('heartbeat', '/etc/ha.d/haresources is there, and no "crm yes" in /etc/ha.d/ha.cf')]
      : []),
    ...(facts.rm === 'there' && facts.clustat === 'there'
      ? [found('rgmanager', '/etc/cluster/cluster.conf has <rm>, and clustat is installed')]
      : []),
    ...pacemaker(facts),
  ]
}

/** On RHEL 6 Pacemaker runs on cman: cluster.conf without <rm> (ha-stacks.md §1). */
function pacemaker(facts: Facts): FoundStack[] {
  if (facts.pacemakerd !== 'there') return []
  if (facts['corosync.conf'] === 'there')
    return [found('pacemaker', '/etc/corosync/corosync.conf is there, and pacemakerd is installed')]
  const onCman = facts['cluster.conf'] === 'there' && facts.rm !== 'there'
  return onCman ? [found('pacemaker', '/etc/cluster/cluster.conf has no <rm>, and pacemakerd is installed')] : []
}

function found(stack: Stack, shownBy: string): FoundStack {
  return { stack, shownBy }
}

/** The inventory says one stack, the node shows another, or none. To be asked only of an answer that is `known`. */
export function wrongStack(context: ReadingContext, wanted: Stack, { found: all, unreadable }: Detected): Problem {
  const { node, cluster } = context
  const [first] = all
  const stillTrue = 'Nothing was concluded from its other answers, and nothing was changed.'
  if (!first) {
    const hidden = unreadable.length > 0 ? ` The login may not read ${listed(unreadable)}.` : ''
    return {
      code: 'wrong-stack',
      message: `${node} shows no cluster stack, and the configuration says "stack: ${wanted}" for ${cluster}.${hidden}`,
      stillTrue,
      next:
        hidden === ''
          ? `Is ${node} at this address really a node of ${cluster}?`
          : `Let the login read them, or say "become: sudo" for ${cluster}.`,
    }
  }
  return {
    code: 'wrong-stack',
    message: `${node} is set up for ${listed(all.map(({ stack }) => stack))}, and the configuration says "stack: ${wanted}" for ${cluster}.`,
    excerpt: all.map(({ stack, shownBy }) => `${node}: ${stack}: ${shownBy}`).join('\n'),
    stillTrue,
    next: `If that is right, write "stack: ${first.stack}" for ${cluster} in ha.yaml; if not, look for what was left behind on ${node}.`,
  }
}

/** The problem of a node that answers, and is not of the wanted stack; undefined where it is, or where it did not say. */
export function notOfStack(context: ReadingContext, wanted: Stack, answer: Answer | undefined): Problem | undefined {
  const said = detected(answer)
  if (!said.known || said.found.some(({ stack }) => stack === wanted)) return undefined
  return wrongStack(context, wanted, said)
}
