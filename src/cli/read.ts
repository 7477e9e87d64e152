import type { Core } from '../app.ts'
import { deskParts } from '../app.ts'
import { runsText } from '../commands/lists.ts'
import type { RunRecord } from '../runs/state.ts'
import { cardText } from '../transcripts/card-text.ts'
import { castText } from '../transcripts/cast.ts'
import { gatherOutputs } from '../transcripts/gather.ts'
import { transcriptHtml } from '../transcripts/html.ts'
import { summaryMarkdown } from '../transcripts/markdown.ts'
import { transcriptText } from '../transcripts/text.ts'
import { viewOf } from '../transcripts/view-of.ts'
import { type CliContext, withCore } from './context.ts'
import { findRun } from './find-run.ts'
import { refuse } from './output.ts'

/** Above this a stored output is cut in a transcript on paper; the file in the archive is whole. */
const OUTPUT_LIMIT = 64 * 1024 * 1024
const OUTPUTS_LIMIT = 128 * 1024 * 1024
const LISTED = 200

/** `ha runs`: the latest runs. */
export async function runsCommand(context: CliContext, options: { readonly cluster?: string }): Promise<number> {
  return await withCore(context, async core => {
    if (!context.out.json) {
      context.out.say(await runsText(deskParts(core, 'cli'), options.cluster))
      return 0
    }
    for (const { run } of await core.journal.list(LISTED)) {
      const record = await core.journal.load(run)
      if (record) context.out.say(JSON.stringify(shortState(record)))
    }
    return 0
  })
}

function shortState({ state }: RunRecord) {
  const { number, run, phase, request, speaker, requestedAt, updatedAt, finished } = state
  const outcome = finished?.outcome ?? (phase === 'finished' ? 'refused' : undefined)
  return {
    number,
    run,
    phase,
    outcome,
    text: request.text,
    cluster: request.cluster,
    by: speaker.name,
    requestedAt,
    updatedAt,
  }
}

/** `ha show <run>`: its card. */
export async function showCommand(context: CliContext, number: string): Promise<number> {
  return await withRun(context, number, async (core, record) => {
    context.out.say(
      context.out.json ? JSON.stringify(record.state) : cardText(viewOf(record, await core.journal.time())),
    )
    return 0
  })
}

export const TRANSCRIPT_FORMATS = ['text', 'html', 'cast', 'md', 'json'] as const
export interface TranscriptOptions {
  readonly format: (typeof TRANSCRIPT_FORMATS)[number]
}

/** `ha transcript <run>`: everything, as text, as a page, as a replay, as a timeline, or as the journal's own entries. */
export async function transcriptCommand(
  context: CliContext,
  number: string,
  options: TranscriptOptions,
): Promise<number> {
  return await withRun(context, number, async (core, record) => {
    const { out } = context
    const format = out.json ? 'json' : options.format
    const outputs = () => gatherOutputs(core.outputs, record, OUTPUT_LIMIT, OUTPUTS_LIMIT)
    if (format === 'json') out.say(record.entries.map(entry => JSON.stringify(entry)).join('\n'))
    else if (format === 'md') out.say(summaryMarkdown(record).trimEnd())
    else out.say(RENDER[format](record, await outputs()).trimEnd())
    return 0
  })
}

const RENDER = { text: transcriptText, html: transcriptHtml, cast: castText } as const

async function withRun(
  context: CliContext,
  number: string,
  what: (core: Core, record: RunRecord) => Promise<number>,
): Promise<number> {
  return await withCore(context, async core => {
    const run = await findRun(core, number)
    const record = run === undefined ? undefined : await core.journal.load(run)
    if (record) return await what(core, record)
    return refuse(context.out, [
      { code: 'unknown-run', message: `There is no run #${number.replace(/^#/, '')}.`, next: '`ha runs` lists them.' },
    ])
  })
}
