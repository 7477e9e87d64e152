import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabNode } from '../../../../lab/real/node.ts'
import { answerTo, type Board } from '../../../../lab/real/power/switch.ts'

describe('what a BMC does to its node', () => {
  let done: string[]
  let on: boolean
  let stuck: boolean

  const node: LabNode = {
    name: 'node1',
    address: '10.213.0.1',
    isOn: () => on,
    async powerOn({ selfTest } = {}) {
      on = true
      await selfTest?.(AbortSignal.abort())
      done.push('on')
      if (stuck) throw new Error('node1 did not boot')
    },
    async powerOff() {
      if (stuck) throw new Error('node1 does not end')
      on = false
      done.push('off')
    },
    inspect: async () => ({ exitCode: 0, stdout: '', stderr: '' }),
  }
  const board: Board = { node, selfTest: async () => void done.push('tests itself'), log: line => void done.push(line) }
  const ask = async (question: string) => await answerTo(question, board)
  const powers = () => done.filter(line => line === 'on' || line === 'off')

  beforeEach(() => {
    done = []
    on = true
    stuck = false
  })

  it('is to tell the power, and to switch it', async () => {
    expect(await ask('get power')).toBe('power:1')
    expect(await ask('set power 0')).toBe('')
    expect(await ask('get power')).toBe('power:0')
    expect(await ask('set power 1')).toBe('')
    expect(await ask('get power')).toBe('power:1')
    await vi.waitFor(() => expect(powers()).toEqual(['off', 'on']))
  })

  it('is a self-test before the node boots, whoever asks for the power meanwhile', async () => {
    await ask('set power 0')
    await ask('set power 1')
    expect(done.indexOf('tests itself')).toBeGreaterThan(done.indexOf('off'))
    await vi.waitFor(() => expect(powers()).toEqual(['off', 'on']))
    expect(done.indexOf('tests itself')).toBeLessThan(done.indexOf('on'))
  })

  it('is off and on again at a reset', async () => {
    expect(await ask('set reset 1')).toBe('')
    await vi.waitFor(() => expect(powers()).toEqual(['off', 'on']))
  })

  it('is nothing at a question that has nothing to do with the power', async () => {
    expect(await ask('get identify')).toBe('identify:0')
    expect(await ask('set shutdown 1')).toBe('')
    expect(powers()).toEqual([])
  })

  it('says that it failed when the node does not end, and goes on when it does not boot', async () => {
    stuck = true
    expect(await ask('set power 0')).toBe('failed')
    expect(done).toContain('node1: its power cannot be switched: node1 does not end')
    expect(await ask('set power 1')).toBe('')
    await vi.waitFor(() => expect(done).toContain('node1: it does not boot: node1 did not boot'))
  })
})
