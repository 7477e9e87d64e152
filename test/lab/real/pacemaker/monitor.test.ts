import { describe, expect, it } from 'vitest'
import { readMonitor } from '../../../../lab/real/pacemaker/monitor.ts'

const SUMMARY = '<summary><current_dc present="true" version="2.1.5" name="node2" id="2" with_quorum="true"/></summary>'

function answer(...parts: string[]): string {
  return `<pacemaker-result api-version="2.25" request="crm_mon">${parts.join('')}<status code="0" message="OK"/></pacemaker-result>`
}

function member(name: string, ...nodes: string[]): string {
  return `<resource id="${name}" role="Started">${nodes.map(node => `<node name="${node}" id="1"/>`).join('')}</resource>`
}

describe('readMonitor', () => {
  it('counts a node as online only when it has joined', () => {
    const nodes = [
      'online="true" pending="false" unclean="false"',
      'online="true" pending="true" unclean="false"',
      'online="false" pending="false" unclean="true"',
    ]
    const list = nodes.map((flags, index) => `<node name="node${index + 1}" id="${index + 1}" ${flags}/>`)

    const sight = readMonitor(answer(SUMMARY, `<nodes>${list.join('')}</nodes>`))

    expect(sight).toMatchObject({ dc: 'node2', quorate: true, online: ['node1'], unclean: ['node3'], fencing: [] })
  })

  it('tells a group that is all on one node from one that is spread, doubled or partly stopped', () => {
    const groups = [
      `<group id="whole">${member('a', 'node1')}${member('b', 'node1')}</group>`,
      `<group id="spread">${member('c', 'node1')}${member('d', 'node2')}</group>`,
      `<group id="doubled">${member('e', 'node1', 'node3')}</group>`,
      `<group id="partly">${member('f', 'node1')}${member('g')}</group>`,
    ]

    const sight = readMonitor(answer(SUMMARY, `<resources>${groups.join('')}</resources>`))

    expect(sight).toMatchObject({
      runsOn: { whole: ['node1'], spread: ['node1', 'node2'], doubled: ['node1', 'node3'], partly: ['node1', ''] },
    })
  })

  it('sees whose power is being cut, and not whose was', () => {
    const events = ['node1" status="success"', 'node2" status="pending"', 'node3" status="failed"']
    const history = events.map(event => `<fence_event action="reboot" target="${event}/>`).join('')

    const sight = readMonitor(answer(SUMMARY, `<fence_history status="0">${history}</fence_history>`))

    expect(sight).toMatchObject({ fencing: ['node2'] })
  })

  it('sees no quorum and no controller before there is one', () => {
    expect(readMonitor(answer('<summary><current_dc present="false"/></summary>'))).toEqual({
      dc: '',
      quorate: false,
      online: [],
      unclean: [],
      fencing: [],
      runsOn: {},
    })
  })

  it('says what is wrong with an answer of another shape', () => {
    expect(readMonitor('')).toContain('pacemaker-result')
    expect(readMonitor(answer(SUMMARY.replace('true', 'perhaps')))).toContain('current_dc.present')
  })
})
