/** The directives of ha.cf that matter here. */
export interface HaCf {
  /** Every directive in its order, comments and spaces taken away: what counts for "the same". */
  readonly directives: readonly string[]
  /** Nodes that it names; none with `autojoin` alone. */
  readonly nodes: readonly string[]
  readonly stonith: readonly StonithLine[]
}

export interface StonithLine {
  /** Plugin, e.g. `external/ipmi`. */
  readonly type: string
  /** The one node it can reset, where the line tells; "" where only the device knows. */
  readonly covers: string
}

export function readHaCf(lines: readonly string[]): HaCf {
  const directives = lines.map(directive).filter(line => line !== '')
  const words = directives.map(line => line.split(' '))
  return {
    directives,
    nodes: words.flatMap(([name, ...rest]) => (name === 'node' ? rest : [])),
    stonith: words.flatMap(stonithLine),
  }
}

/** Lines come with the mark of the query before them. */
function directive(line: string): string {
  return line.slice(1).replace(/#.*/, '').trim().replaceAll(/\s+/g, ' ')
}

/** `stonith TYPE CONFIGFILE`, or `stonith_host HOST TYPE PARAMETERS`; external/ipmi's first parameter is the node it resets. */
function stonithLine([name, ...rest]: readonly string[]): StonithLine[] {
  if (name === 'stonith') return [{ type: rest[0] ?? '', covers: '' }]
  if (name !== 'stonith_host') return []
  const [, type = '', first = ''] = rest
  return [{ type, covers: type === 'external/ipmi' ? first : '' }]
}
