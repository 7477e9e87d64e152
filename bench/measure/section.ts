/** A bar of the design: what a row must not exceed, in the row's unit. */
export interface Bar {
  /** `ratio`: times the median of the row it is compared with. `beyond`: the median, less the median of that row. */
  readonly of: 'median' | 'p99' | 'ratio' | 'beyond'
  readonly atMost: number
}

export interface Row {
  readonly name: string
  readonly samples: readonly number[]
  /** Name of the row of the same section it is compared with. */
  readonly against?: string
  readonly bar?: Bar
  /** Default: ms. Told in the name as well. */
  readonly unit?: 'ms' | 'MB'
}

/** Rows that were measured together and may be compared. */
export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
  /** What the numbers contain and leave out. */
  readonly notes: readonly string[]
}

export interface Conditions {
  /** Few rounds: shows that everything can be measured, and little more. */
  readonly quick: boolean
  /** Scratch of this measurement alone; removed afterwards. */
  readonly folder: string
  readonly signal: AbortSignal
}

/** Opens what it needs, measures, and has ended all of it when it settles. Rejects when something could not be measured. */
export type Measurement = (conditions: Conditions) => Promise<Section>

/** The rows in the order given, filled with what was measured under their names. */
export function filled(
  rows: readonly Omit<Row, 'samples'>[],
  samples: ReadonlyMap<string, readonly number[]>,
): readonly Row[] {
  return rows.map(row => {
    const measured = samples.get(row.name)
    if (!measured) throw new Error(`nothing was measured for "${row.name}"`)
    return { ...row, samples: measured }
  })
}
