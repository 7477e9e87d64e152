import { expect, it } from 'vitest'
import { nodeFor, until } from './node.ts'
import { fieldsOf } from './reply.ts'
import { describeShells } from './shells.ts'

const ROUNDS = 8
const CLAIMERS = 16

describeShells('many at once', shell => {
  const node = nodeFor(shell)

  it(`of ${CLAIMERS} claimers one wins, every time, and all are told the same end`, { timeout: 240_000 }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const op = `claimed-${round}`
      const bundle = node.counted(op, 'exit 6\n')
      const replies = await Promise.all(Array.from({ length: CLAIMERS }, async () => await node.claim(op, bundle)))
      expect(
        replies.filter(({ state }) => state['won'] === '1'),
        op,
      ).toHaveLength(1)
      expect(new Set(replies.map(({ state }) => `${state['state']} ${state['rc']} ${state['pid']}`)).size, op).toBe(1)
      expect(node.executions(op)).toBe(1)
    }
  })

  it('a tombstone and a claim at once: either it never runs, or it ran and everybody knows', {
    timeout: 240_000,
  }, async () => {
    const seen = new Set<string | undefined>()
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const op = `buried-${round}`
      const bundle = node.counted(op)
      const claim = async () => await node.claim(op, bundle)
      const bury = async () => await node.ask('tombstone', { op })
      await Promise.all(round % 2 ? [claim(), bury(), claim()] : [bury(), claim(), bury()])
      const { state } = await node.attach(op)
      seen.add(state['state'])
      expect(state['state'], op).toMatch(/^(done|tombstoned)$/)
      expect(node.executions(op), op).toBe(state['state'] === 'done' ? 1 : 0)
    }
    expect(seen.size).toBeGreaterThan(0)
  })

  it('an old owner who claims while a new one fences and then lists: never does it start unseen', {
    timeout: 240_000,
  }, async () => {
    const ends = { fenced: 0, seen: 0 }
    for (let round = 0; round < 4 * ROUNDS; round++) {
      const op = `fenced-${round}`
      const bundle = node.counted(op)
      const [oldEpoch, newEpoch] = [2 * round + 1, 2 * round + 2]
      const claim = node.claim(op, bundle, { epoch: oldEpoch, wait: 60_000 })
      const takeOver = async () => {
        // Most rounds begin the takeover a little later, so that it meets every part of the claim.
        await new Promise(resolve => setTimeout(resolve, (round % 8) * 6))
        await node.ask('fence', { epoch: newEpoch })
        return (await node.ask('list')).lines
      }
      const [old, lines] = await Promise.all([claim, takeOver()])
      const listed = lines.map(fieldsOf).some(fields => fields['op'] === op)
      const ran = node.executions(op)
      expect(ran, old.text).toBe(old.state['state'] === 'done' ? 1 : 0)
      expect(ran === 0 || listed, `started unseen: ${old.text}\n${lines.join('\n')}`).toBe(true)
      ends[ran === 0 ? 'fenced' : 'seen']++
    }
    expect(ends.fenced + ends.seen).toBe(4 * ROUNDS)
  })

  it('an operation that is stopped while it is claimed ends: it never runs, or it is ended', {
    timeout: 240_000,
  }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const op = `stopped-${round}`
      const claim = node.claim(op, node.counted(op, 'sleep 1000\n'), { epoch: 1_000 })
      const stops: string[] = []
      for (let isOver = false; !isOver; ) {
        const { lines, state } = await node.ask('stop', { op, grace: 5_000 })
        stops.push(`${lines[0]} ${state['state']}`)
        isOver = !/^(absent|claimed|running)$/.test(`${state['state']}`)
      }
      const { state } = await claim
      expect(state['state'], stops.join(', ')).toMatch(/^(done|tombstoned)$/)
      expect(stops.at(-1)).toMatch(new RegExp(`${state['state']}$`))
      expect(node.executions(op)).toBeLessThanOrEqual(1)
      // One that came too late to start it may still be on its way out.
      await until(`nothing is left: ${stops.join(', ')}`, () => node.processes().length === 0)
    }
  })
})
