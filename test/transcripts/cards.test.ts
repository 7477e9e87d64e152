import { describe, expect, test } from 'vitest'
import { cardText } from '../../src/transcripts/card-text.ts'
import { statusText } from '../../src/transcripts/status-text.ts'
import { viewOf } from '../../src/transcripts/view-of.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { broken, exited } from '../support/scripted-shell.ts'
import {
  configured,
  moved,
  moving,
  pvfsStatus,
  standby,
  withFailure,
  withGroup,
  withLeftover,
} from '../support/statuses.ts'

const before = pvfsStatus()
const bound = withLeftover(configured(before, '0.58'))

async function cardOf(bench: Bench, run: string): Promise<string> {
  const record = await bench.journal.load(run)
  if (!record) throw new Error('no run')
  return `${cardText(viewOf(record, bench.clock.now()))}\n`
}

async function atTheGate(bench: Bench, text = 'failover server2'): Promise<string> {
  bench.shell.expect(...unmounted(), preview())
  const run = await bench.request(text)
  await bench.leg(run, 1)
  bench.clock.advance(7000)
  return run
}

const CARDS: Record<string, (bench: Bench) => Promise<string>> = {
  planning: bench => bench.request('failover server2'),
  waiting: bench => atTheGate(bench),
  async 'waiting-with-warnings'(bench) {
    const failed = withFailure(before, { resource: 'server0_daemon', group: 'server0', node: 'node1', task: 'monitor' })
    bench.status.say({ ...failed, settled: false, unsettledBecause: ['an election is under way'] })
    return await atTheGate(bench, 'failover server2 override settled because "DC election after switch reboot"')
  },
  async running(bench) {
    const run = await approvedFailover(bench)
    bench.status.say(before, moving(bound, 'server2', 'node5'))
    bench.shell.expect(move())
    bench.journal.afterAppend = event => {
      if (event.type === 'step-progress') throw new Error('enough seen')
    }
    await bench.leg(run, 2).catch(() => undefined)
    bench.clock.advance(12_000)
    return run
  },
  async succeeded(bench) {
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    await bench.leg(run, 2)
    return run
  },
  async failed(bench) {
    const run = await approvedFailover(bench)
    bench.status.say(before, moved(withFailure(bound), 'server2', 'node3'))
    bench.shell.expect(move())
    await bench.leg(run, 2)
    return run
  },
  async unknown(bench) {
    const run = await approvedFailover(bench)
    bench.status.say(before, 'unreadable')
    bench.shell.expect(move(broken('lost', 'the connection to node1 was lost 0.4 s after the request was sent')))
    await bench.leg(run, 2)
    return run
  },
  async denied(bench) {
    const run = await atTheGate(bench)
    await bench.say('deny 42 "backup is running"', 'bo')
    return run
  },
  async expired(bench) {
    const run = await atTheGate(bench)
    bench.clock.advance(16 * 60_000)
    const none = async () => 'absent' as const
    const queue = { add: async () => undefined, state: none, waiting: async () => [], close: async () => undefined }
    await reconcile({ journal: bench.journal, queue, name: 'reconcile@test' })
    return run
  },
  async refused(bench) {
    const run = await bench.request('failover sevrer2 to node5')
    await bench.leg(run, 1)
    return run
  },
  async 'waiting-again-because-of-drift'(bench) {
    const run = await approvedFailover(bench)
    bench.status.say(moved(before, 'server2', 'node4'))
    bench.shell.expect(...unmounted(), preview())
    await bench.leg(run, 2)
    return run
  },
}

describe('the card of a run that is', () => {
  test.each(Object.keys(CARDS))('%s', async name => {
    const bench = await createBench()
    const run = (await CARDS[name]?.(bench)) ?? ''
    const card = await cardOf(bench, run)
    await expect(card).toMatchFileSnapshot(`goldens/card-${name}.txt`)
    expect(card).toContain('Ana asked: /ha failover s')
    expect(card).toContain('#42 · pvfs')
  })
})

describe('a card', () => {
  test('says that nothing was left behind only when that was seen', async () => {
    const bench = await createBench()
    const seen = await CARDS['succeeded']?.(bench)
    expect(await cardOf(bench, seen ?? '')).toContain('nothing left behind')
    const blind = await createBench()
    const run = await approvedFailover(blind)
    blind.status.say(before, 'unreadable')
    blind.shell.expect(move(exited(1, '', 'no\n')))
    await blind.leg(run, 2)
    expect(await cardOf(blind, run)).not.toContain('nothing left behind')
  })

  test('shows nothing that a terminal would obey, wherever it came from', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(exited(1, '', 'evil \u001b]0;owned\u0007\u001b[2J\u202e\n')))
    await bench.leg(run, 2)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    const obeyed = /[\u001b\u0007\u202e]/
    expect(await cardOf(bench, run)).not.toMatch(obeyed)
    expect(await bench.transcript(run)).not.toMatch(obeyed)
  })
})

describe('the transcript', () => {
  test.each(['succeeded', 'failed'])('of a failover that %s tells all of it', async name => {
    const bench = await createBench()
    const run = (await CARDS[name]?.(bench)) ?? ''
    await expect(await bench.transcript(run)).toMatchFileSnapshot(`goldens/transcript-${name}.txt`)
  })

  test('holds every byte that was stored, and says how much more there is', async () => {
    const bench = await createBench()
    const lines = Array.from({ length: 500 }, (_, i) => `  * Move member${i} ( node3 -> node5 )`)
    bench.shell.expect(...unmounted(), preview(exited(0, `${lines.join('\n')}\n`)))
    const run = await bench.request('failover server2')
    await bench.leg(run, 1)
    const text = await bench.transcript(run)
    for (const line of lines) expect(text).toContain(`│ ${line}\n`)
  })

  test('keeps what was printed inside its paragraph: no output can pass for a line of its own', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(before, 'unreadable')
    bench.shell.expect(move(exited(0, '14:03:40.000  +1:29.0  approved   by Cy through slack\n')))
    await bench.leg(run, 2)
    const forged = (await bench.transcript(run)).split('\n').filter(line => line.includes('by Cy'))
    expect(forged).toEqual(['    │ 14:03:40.000  +1:29.0  approved   by Cy through slack'])
  })
})

describe('a status', () => {
  test('shows who is up, what runs where, and everything that will matter', async () => {
    const odd = standby(withGroup(moved(before, 'server1', ''), 'server1', { disabled: true }), 'node2')
    const pending = { ...odd.fencing, pending: ['reboot of node4'] }
    const status = { ...withLeftover(withFailure(odd, { at: '2026-11-21 14:01:10Z' })), fencing: pending }
    const text = statusText(status, Date.parse(status.readAt) + 5000)
    await expect(`${text}\n`).toMatchFileSnapshot('goldens/status.txt')
  })

  test('words what is wrong with the cluster as a whole for what it is', () => {
    const finding = (task: string, reason: string) => ({
      ...{ resource: task === 'link' ? 'eth1' : 'dg1', group: 'dg1', node: 'n2', task, reason, at: '' },
    })
    const failures = [
      finding('link', 'n1 hears nothing from n2 over it'),
      finding('active-twice', 'n1 and n2 both own it'),
      finding('unserved', 'neither n1 nor n2 owns it'),
    ]
    const text = statusText({ ...before, failures }, 0)
    expect(text.split('\n').filter(line => line.includes('⚠'))).toEqual([
      '  ⚠ link eth1 to n2 is dead: n1 hears nothing from n2 over it',
      '  ⚠ dg1 runs on n2, and elsewhere too: n1 and n2 both own it',
      '  ⚠ no node owns dg1: neither n1 nor n2 owns it',
    ])
  })
})
