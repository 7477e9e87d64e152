import type { Bundle, BundleEntry } from '../bundles.ts'

/** What ha-bot wrote of one change on one node. */
export interface Change {
  readonly bundle: Bundle
  readonly tag: string
  readonly step: string
  readonly operation: string
  readonly intended: BundleEntry
  /** Its results in order; a later one stands. */
  readonly results: readonly BundleEntry[]
}

export function tagOf({ text }: Bundle): string {
  return /\btouch (\S+)/.exec(text)?.[1] ?? ''
}

/** Every change that a bundle tells of: an intention with its results. */
export function changesOf(bundle: Bundle): Change[] {
  const intentions = bundle.entries.filter(
    ({ event }) => event.type === 'execution-started' && event['bundle'] !== undefined,
  )
  return intentions.map(intended => {
    const { step, host, operation } = intended.event
    const results = bundle.entries.filter(
      ({ seq, event }) =>
        seq > intended.seq && event.type === 'execution-finished' && event['step'] === step && event['host'] === host,
    )
    return { bundle, tag: tagOf(bundle), step: String(step), operation: String(operation), intended, results }
  })
}
