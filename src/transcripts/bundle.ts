import type { RunRecord } from '../runs/state.ts'
import { castText } from './cast.ts'
import type { Outputs } from './gather.ts'
import { transcriptHtml } from './html.ts'
import { summaryMarkdown } from './markdown.ts'
import { transcriptText } from './text.ts'

/** The files of a sealed bundle, besides `output/`. */
export const BUNDLE = {
  events: 'events.ndjson',
  plan: 'plan.json',
  runbook: 'runbook.yaml',
  text: 'transcript.txt',
  html: 'transcript.html',
  cast: 'replay.cast',
  summary: 'summary.md',
  sums: 'SHA256SUMS',
  seal: 'SEAL',
} as const

/** Raised with every release that words transcripts differently: an older bundle is then not held against how we would put it. */
export const RENDERING = 1

/** What of stored outputs stands in a bundle's transcripts; the files beside them are whole. */
export const BUNDLE_LIMITS = { each: 1024 * 1024, total: 16 * 1024 * 1024 } as const

/** Everything in a bundle that follows from its events and outputs, by file name. */
export function renderedFiles(record: RunRecord, outputs: Outputs): ReadonlyMap<string, string> {
  const plan = latestPlan(record)
  return new Map([
    [BUNDLE.events, eventsText(record)],
    ...(plan
      ? ([
          [BUNDLE.plan, `${JSON.stringify(plan, null, 2)}\n`],
          [BUNDLE.runbook, plan.runbook.text],
        ] as const)
      : []),
    [BUNDLE.text, transcriptText(record, outputs)],
    [BUNDLE.html, transcriptHtml(record, outputs)],
    [BUNDLE.cast, castText(record, outputs)],
    [BUNDLE.summary, summaryMarkdown(record)],
  ])
}

/** One line an entry, in order. */
export function eventsText({ entries }: RunRecord): string {
  return entries.map(entry => `${JSON.stringify(entry)}\n`).join('')
}

function latestPlan({ entries }: RunRecord) {
  return entries.flatMap(({ event }) => (event.type === 'planned' ? [event.plan] : [])).at(-1)
}
