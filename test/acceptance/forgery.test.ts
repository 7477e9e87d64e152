import { describe, expect, it } from 'vitest'
import { signWithSsh } from '../../src/adapters/signatures/ssh-sign.ts'
import { decisionText } from '../../src/runs/attested.ts'
import type { Attestation, Request, RunEvent, Speaker } from '../../src/runs/events.ts'
import type { Appended, Opened } from '../../src/runs/journal.ts'
import type { GateState, RunRecord, RunState } from '../../src/runs/state.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes } from './cluster-log.ts'
import { asked, BO, cardWith, ended, type as typed } from './talking.ts'
import { scratch, strangersKey } from './terminal.ts'

const FORGER = 'worker@elsewhere'
const REQUEST: Request = {
  text: 'failover server2',
  runbook: 'failover',
  args: { group: 'server2' },
  cluster: 'pvfs',
  overrides: [],
}
const ANA_IN_SLACK: Speaker = { person: 'ana', via: 'slack', name: 'Ana', slackUser: 'U0ANA', channel: 'C0HA' }
const BO_IN_SLACK: Speaker = { person: 'bo', via: 'slack', name: 'Bo', slackUser: 'U0BO', channel: 'C0HA' }

/** Whoever can write to Redis can write entries that chain perfectly; what they cannot do is sign. */
describe('words that nobody said', () => {
  const stage = stageFor({ world: fastWorld })

  async function append(at: RunRecord | Opened, events: readonly RunEvent[]): Promise<RunRecord> {
    const appended: Appended = await stage().core.journal.append(at, events, FORGER)
    if (appended.kind !== 'appended') throw new Error(`the forged entries were not written: ${appended.kind}`)
    return appended.record
  }

  async function forgedRequest(request: Request, speaker: Speaker, attestation: Attestation): Promise<RunRecord> {
    const opened = await stage().core.journal.open(`forged:${Math.random()}`)
    if (!opened.ok) throw new Error('no run could be opened')
    await append(opened.value, [{ type: 'requested', request, speaker, attestation }])
    return await ended(stage(), opened.value.number)
  }

  async function recordOf(number: number): Promise<RunRecord> {
    const record = await stage().core.journal.load((await stage().core.journal.find(number)) ?? '')
    if (!record) throw new Error(`#${number} is gone`)
    return record
  }

  const now = () => Date.now()

  it('do not become a run: neither made up, nor taken from another run, nor said without a signature', async () => {
    const { number } = await asked(stage(), '/ha failover server2')
    await typed(stage(), BO, `/ha deny ${number}`)
    const real = (await ended(stage(), number)).state

    const terminal: Speaker = { person: 'ana', via: 'cli', name: 'ana' }
    const none = { by: 'none', signature: '' } as const
    const forged = await Promise.all([
      forgedRequest(REQUEST, ANA_IN_SLACK, { by: 'bot', signature: 'AAAA', at: now() }),
      forgedRequest(real.request, real.speaker, real.attestation),
      forgedRequest(REQUEST, terminal, { ...none, at: now() }),
      forgedRequest(REQUEST, ANA_IN_SLACK, { ...none, at: now() }),
    ])

    expect(forged.map(({ state }) => state.problems.map(({ code }) => code).join())).toEqual([
      'bad-signature',
      'bad-signature',
      'unsigned',
      'unsigned',
    ])
    for (const { state } of forged) expect(state.gates).toEqual([])
    expect(changes(stage().world)).toEqual([])
  })

  it('do not open a gate: an approval that was never signed, one signed with another key, and a gate that was just closed', async () => {
    const key = await strangersKey(await scratch())
    const forgeries: readonly ((record: RunRecord) => Promise<unknown>)[] = [
      record => append(record, approval(record, { by: 'bot', signature: 'AAAA', at: now() })),
      record => append(record, approval(record, { by: 'none', signature: '', at: now() })),
      record => append(record, approval(record, { by: 'bot', signature: '', at: 0 })),
      record => append(record, approval(record, undefined)),
      async record => await append(record, approval(record, await signedBy(key, record))),
    ]
    const numbers: number[] = []
    for (const forge of forgeries) {
      const { number } = await asked(stage(), '/ha failover server1')
      numbers.push(number)
      await forge(await recordOf(number))
    }
    for (const number of numbers) {
      const { state } = await ended(stage(), number)
      expect(state.problems, `#${number}: ${JSON.stringify(state.finished)}`).not.toEqual([])
      expect(state.lease, `#${number}`).toBeUndefined()
    }
    expect(changes(stage().world)).toEqual([])
  })

  it('are shown as what they are where the card said that it waits', async () => {
    const { number } = await asked(stage(), '/ha failover server0')
    const record = await recordOf(number)
    await append(record, approval(record, { by: 'bot', signature: 'AAAA', at: now() }))
    const card = await cardWith(stage(), number, 'came without a signature of the bot')
    expect(card.buttons.map(({ text }) => text)).not.toContain('Review and approve')
  })
})

/** The words of Bo as he would sign them at a terminal, signed with another key. */
async function signedBy(keyFile: string, { state }: RunRecord): Promise<Attestation> {
  const at = Date.now()
  const { gate, digest } = openGate(state)
  const text = decisionText({ run: state.run, gate, digest, decision: 'approve', reason: '' }, BO_IN_SLACK, at)
  const signature = await signWithSsh(text, { keyFile, env: process.env, interactive: false })
  if (!signature.ok) throw new Error('the forger could not sign')
  return { by: 'person', signature: signature.value, at }
}

function openGate(state: RunState): GateState {
  const gate = state.gates.at(-1)
  if (!gate) throw new Error(`no gate of #${state.number} is open`)
  return gate
}

/** What an approval by Bo looks like in the journal; without an attestation the gate is closed without any decision. */
function approval({ state }: RunRecord, attestation: Attestation | undefined): RunEvent[] {
  const gate = openGate(state)
  const decided = { type: 'decided', gate: gate.gate, digest: gate.digest, decision: 'approve', reason: '' } as const
  const closed: RunEvent = { type: 'gate-closed', gate: gate.gate, result: 'approved', reason: '' }
  return attestation ? [{ ...decided, speaker: BO_IN_SLACK, attestation }, closed] : [closed]
}
