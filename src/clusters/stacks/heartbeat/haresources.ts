/** One line of haresources: what moves as one, and where it belongs. */
export interface HaGroup {
  /** What people call it: `dg1` of `evms_failover::dg1`. */
  readonly name: string
  /** First word of the line; lower case, as Heartbeat compares it. */
  readonly prefers: string
  /** In the order in which they start. */
  readonly resources: readonly HaResource[]
}

export interface HaResource {
  readonly name: string
  /** The script that starts and stops it, e.g. `Filesystem`. */
  readonly script: string
  /** As it is written, e.g. `evms_failover::dg1`. */
  readonly text: string
}

/** The groups of haresources: comments, continued lines, addresses that stand for IPaddr (ha-stacks.md §5). Lines come with the query's mark. */
export function readHaresources(lines: readonly string[]): readonly HaGroup[] {
  const logical = joined(lines.map(line => line.slice(1)))
  const entries = logical.map(line => line.replace(/#.*/, '').trim().split(/\s+/)).filter(words => words.length > 1)
  const groups = entries.map(([node = '', ...resources]) => ({
    prefers: node.toLowerCase(),
    resources: named(resources),
  }))
  const names = distinct(
    groups.map(({ resources: [first] }) => first?.name ?? ''),
    groups.map(keyOf),
  )
  return groups.map((group, index) => ({ ...group, name: names[index] ?? keyOf(group) }))
}

/** The same without what may differ by design: OpenGFS mounts with the node's own address (ha-stacks.md §9.14). */
export function comparable(groups: readonly HaGroup[]): readonly string[] {
  return groups.map(({ prefers, resources }) => [prefers, ...resources.map(({ text }) => masked(text))].join(' '))
}

function masked(resource: string): string {
  return /^Filesystem::.*::ogfs(?:::|$)/.test(resource)
    ? resource.replace(/\bhostdata=[^:,\s]*/, 'hostdata=*')
    : resource
}

function joined(lines: readonly string[]): string[] {
  return lines.join('\n').replaceAll('\\\n', ' ').split('\n')
}

function named(resources: readonly string[]): HaResource[] {
  const parts = resources.map(text => ({ text, script: scriptOf(text) }))
  const names = distinct(
    parts.map(({ text, script }) => shortName(text) ?? safe(script)),
    parts.map(({ text }) => safe(text)),
  )
  return parts.map((part, index) => ({ ...part, name: names[index] ?? part.script }))
}

const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}/

function scriptOf(resource: string): string {
  return ADDRESS.test(resource) ? 'IPaddr' : (resource.split('::', 1)[0] ?? resource)
}

/** The address, or the first argument where it is a word of its own: it says more than the script's name. */
function shortName(resource: string): string | undefined {
  const [first = '', argument = ''] = resource.split('::')
  const word = ADDRESS.test(resource) ? first : argument
  const name = ADDRESS.exec(word)?.[0] ?? word
  return /^[A-Za-z0-9][\w.-]*$/.test(name) ? name : undefined
}

/** Names that occur once: where two would be the same, each is called by all of what is written, and numbered where that is the same too. */
function distinct(names: readonly string[], long: readonly string[]): string[] {
  const isOnce = (all: readonly string[], name: string) => all.filter(other => other === name).length === 1
  const fuller = names.map((name, index) => (isOnce(names, name) ? name : (long[index] ?? name)))
  return fuller.map((name, index) => (isOnce(fuller, name) ? name : `${name}-${index + 1}`))
}

function keyOf({ resources: [first] }: Pick<HaGroup, 'resources'>): string {
  return safe(first?.text ?? '')
}

/** What is left can be a name in a command: see NAME_PATTERN of the runbooks. */
function safe(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
}
