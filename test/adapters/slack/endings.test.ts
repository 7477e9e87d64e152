import { expect, test } from 'vitest'
import type { RunEvent } from '../../../src/runs/events.ts'
import { attest, speaker } from '../../support/bench-parts.ts'
import { ASKED_AT } from '../../support/run-fixtures.ts'
import { approve, asked, replies, whisperTo } from './conversing.ts'
import { type SlackWorld, slackWorld } from './slack-world.ts'

const PATIENT = { timeout: 120_000 }
const LIMIT_MS = 50_000

function finished(outcome: 'unknown' | 'succeeded', summary: string): RunEvent {
  return { type: 'finished', outcome, summary, leftBehind: [], next: [] }
}

async function filed(world: SlackWorld, count: number) {
  const found = () => {
    const files = replies(world).filter(message => message.files.length > 0)
    return files.length >= count ? files : undefined
  }
  return await world.workspace.control.until(found, { what: `${count} transcripts in the thread`, timeoutMs: LIMIT_MS })
}

/** Slack takes the press of a button before the desk has decided: until that is told, the journal still stands before its gate. */
async function approved(world: SlackWorld): Promise<string> {
  const { run, card } = await asked(world)
  await approve(world, 'U0BO', card)
  await whisperTo(world, 'U0BO', 'approved by you')
  return run
}

test(
  'the thread is a witness: with the transcript stands where the chain ends, and how to hold a bundle against it',
  PATIENT,
  async () => {
    await using world = await slackWorld()
    const { run } = await asked(world)
    world.desk.journal(run, finished('succeeded', 'server2 runs on node5'))
    const [file] = await filed(world, 1)
    const state = (await world.desk.feed.load(run))?.state
    if (!state) throw new Error('no run')
    expect(file?.said).toContain(`chain ${state.seq} events · head ${state.head.slice(0, 8)}…`)
    expect(file?.said).toContain(`ha verify ${state.number} --head ${state.seq}:${state.head.slice(0, 16)}`)
  },
)

test('a run that somebody resumed ends again, and that is told and filed again', PATIENT, async () => {
  await using world = await slackWorld()
  const run = await approved(world)
  world.desk.journal(run, finished('unknown', 'it is not known whether server2 was moved'))
  await filed(world, 1)
  const attestation = await attest('', ASKED_AT)
  world.desk.journal(run, { type: 'resumed', speaker: speaker('bo'), reason: 'looked', attestation })
  world.desk.journal(run, finished('succeeded', 'server2 runs on node5'))
  const files = await filed(world, 2)
  const heads = files.map(({ said }) => /head ([0-9a-f]{8})/.exec(said)?.[1])
  expect(new Set(heads).size).toBe(2)
  const told = replies(world).filter(({ said }) => said.includes('server2 runs on node5'))
  expect(told.length).toBeGreaterThan(0)
})

test('a run that is refused behind its gate has a transcript too', PATIENT, async () => {
  await using world = await slackWorld()
  const run = await approved(world)
  const problem = { code: 'stale-signature', message: 'The signature of bo is 120 min older than the journal’s clock.' }
  world.desk.journal(run, { type: 'refused', problems: [problem] })
  const [file] = await filed(world, 1)
  expect(file?.said).toContain('chain ')
})
