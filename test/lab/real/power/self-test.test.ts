import { expect, it } from 'vitest'
import type { LabNode } from '../../../../lab/real/node.ts'
import { selfTest } from '../../../../lab/real/power/self-test.ts'

const TIMES = { limitMs: 60_000, everyMs: 1, awayMs: 1 }
const HOURS = { limitMs: 3_600_000, everyMs: 3_600_000, awayMs: 3_600_000 }

function node(name: string, on = true): LabNode {
  const nothing = async () => undefined
  const inspect = async () => ({ exitCode: 0, stdout: '', stderr: '' })
  return { name, address: '', isOn: () => on, powerOn: nothing, powerOff: nothing, inspect }
}

const never = async () => false

it('lasts until another node knows that this one is gone, and asks none that has no power', async () => {
  const nodes = [node('node1'), node('node2'), node('node3', false)]
  const asked: string[] = []
  const missed = async (gone: string, { name }: LabNode) => asked.push(`${name} of ${gone}`) >= 3

  await selfTest(node('node1'), nodes, { missed }, TIMES)(new AbortController().signal)

  expect(asked).toEqual(Array.from({ length: 3 }, () => 'node2 of node1'))
})

it('ends at its limit when nobody is left to know it', async () => {
  const times = { ...TIMES, limitMs: 20 }
  await selfTest(node('node1'), [node('node1')], { missed: never }, times)(new AbortController().signal)
})

it('ends at once when the power is cut', async () => {
  const cut = new AbortController()
  const ended = selfTest(node('node1'), [node('node2')], { missed: never }, HOURS)(cut.signal)

  cut.abort()

  await ended
})
