import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { card } from '../../src/adapters/slack/blocks/card.ts'
import { cardText } from '../../src/transcripts/card-text.ts'
import { castText } from '../../src/transcripts/cast.ts'
import { gatherOutputs } from '../../src/transcripts/gather.ts'
import { transcriptHtml } from '../../src/transcripts/html.ts'
import { summaryMarkdown } from '../../src/transcripts/markdown.ts'
import { transcriptText } from '../../src/transcripts/text.ts'
import { viewOf } from '../../src/transcripts/view-of.ts'
import { approvedMove, measuredMove, SERVICE, silence } from '../support/measured-move.ts'
import type { Bench } from '../support/run-bench.ts'
import { createVault } from '../support/sealing.ts'

async function recordOf(bench: Bench, run: string) {
  const record = await bench.journal.load(run)
  if (!record) throw new Error('no record')
  return record
}

/** A move during which nobody answers for four seconds. */
async function measured(text = measuredMove()) {
  const { bench, run } = await approvedMove(text)
  silence(bench, 4000)
  await bench.leg(run, 2)
  const record = await recordOf(bench, run)
  return { record, outputs: await gatherOutputs(bench.outputs, record, 1 << 20) }
}

describe('a move whose outage was measured reads well', () => {
  test('as a transcript, where the outage stands between what was sent and what was seen', async () => {
    const { record, outputs } = await measured()
    await expect(transcriptText(record, outputs)).toMatchFileSnapshot('goldens/measured.txt')
  })

  test('as the timeline of an incident review', async () => {
    const { record } = await measured()
    await expect(summaryMarkdown(record)).toMatchFileSnapshot('goldens/measured.md')
  })

  test('on the card: before it is approved, and at the end', async () => {
    const { bench, run } = await approvedMove()
    const waiting = await recordOf(bench, run)
    const [gate] = waiting.state.gates
    if (!gate) throw new Error('no gate')
    const { result: _, ...open } = gate
    const state = { ...waiting.state, phase: 'waiting' as const, gates: [open] }
    const before = viewOf({ ...waiting, state }, state.updatedAt)
    await expect(cardText(before)).toMatchFileSnapshot('goldens/card-measured-waiting.txt')
    expect(JSON.stringify(card(before))).toContain(`asks ${SERVICE} once a second, from outside the cluster`)

    const { record } = await measured()
    const after = viewOf(record, record.state.updatedAt)
    await expect(cardText(after)).toMatchFileSnapshot('goldens/card-measured.txt')
    expect(JSON.stringify(card(after))).toContain('clients were without it for 5.0 s')
  })

  test('while it goes on: the card says since when nobody answers', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 600_000)
    bench.journal.beforeAppend = event => {
      if (event.type === 'step-finished' && event.step === 'outage') throw new Error('killed')
    }
    await expect(bench.leg(run, 2)).rejects.toThrow('killed')
    const record = await recordOf(bench, run)
    const drawn = JSON.stringify(card(viewOf(record, record.state.updatedAt)))
    expect(drawn).toMatch(
      /How long clients were without it · 1 min 55 s of 2 min · no answer since .* \(connection refused\)/,
    )
  })
})

test('a measurement is data for whoever reads the view, and is not folded away on the page', async () => {
  const { record, outputs } = await measured()
  const view = viewOf(record, record.state.updatedAt)
  expect(view.steps.find(step => step.id === 'outage')?.measured).toMatchObject({ target: SERVICE, outages: 1 })
  const page = transcriptHtml(record, outputs)
  expect(page).toContain('answered again: at most 5.0 s without it')
  expect(page).toContain('clients were without it for 5.0 s')
  expect(castText(record, outputs)).toContain('first request without an answer: connection refused')
})

test('what nobody asked any more has no timeline', async () => {
  const { record, outputs } = await measured(measuredMove('if: "false"'))
  expect(record.state.steps['outage']?.outcome).toBe('skipped')
  expect(transcriptText(record, outputs)).not.toContain('answered again')
})

test('a measurement is sealed with the run: what was measured cannot be made smaller afterwards', async () => {
  const { record } = await measured()
  const vault = await createVault(record, () => Buffer.alloc(0))
  await vault.seal()
  expect(await vault.wrong()).toEqual([])
  const file = join(vault.folder(), 'events.ndjson')
  const events = await readFile(file, 'utf8')
  await writeFile(file, events.replace('"longestMs":5010', '"longestMs":1010'))
  expect((await vault.wrong()).length).toBeGreaterThan(0)
})
