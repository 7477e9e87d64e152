import { beforeEach, describe, expect, it } from 'vitest'
import type { LabNode } from '../../../../lab/real/node.ts'
import { answerTo } from '../../../../lab/real/power/switch.ts'

describe('what a BMC does to its node', () => {
  let done: string[]
  let on: boolean
  let stuck: boolean

  const node: LabNode = {
    name: 'node1',
    address: '10.213.0.1',
    isOn: () => on,
    async powerOn() {
      on = true
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
  const ask = async (question: string) => await answerTo(question, node, line => void done.push(line))
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
    expect(powers()).toEqual(['off', 'on'])
  })

  it('is off and on again at a reset', async () => {
    expect(await ask('set reset 1')).toBe('')
    expect(powers()).toEqual(['off', 'on'])
  })

  it('is nothing at a question that has nothing to do with the power', async () => {
    expect(await ask('get identify')).toBe('identify:0')
    expect(await ask('set shutdown 1')).toBe('')
    expect(powers()).toEqual([])
  })

  it('says that it failed when the node does not end, and goes on when it does not boot', async () => {
    stuck = true
    expect(await ask('set power 0')).toBe('failed')
    expect(done).toContain('its power cannot be switched: node1 does not end')
    expect(await ask('set power 1')).toBe('')
    await Promise.resolve()
    expect(done).toContain('it does not boot: node1 did not boot')
  })
})
