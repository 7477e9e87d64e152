import { describe, expect, it } from 'vitest'
import { playOnce } from '../../lab/demo/once.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes } from './cluster-log.ts'
import { expectInOrder } from './reads.ts'
import { ANA, CHANNEL } from './talking.ts'

interface Refusal {
  readonly typed: string
  /** Lines that Ana reads, in this order. */
  readonly reads: readonly string[]
}

const REFUSALS: readonly Refusal[] = [
  {
    typed: '/ha failover sevrer2',
    reads: [
      '/ha failover sevrer2',
      '             ^^^^^^^',
      'No group "sevrer2" in pvfs. Did you mean server2?',
      'Use server2',
    ],
  },
  {
    typed: '/ha failover "server2; reboot"',
    reads: ['             ^^^^^^^^^^^^^^^^^', '"server2; reboot" is not the name of a group.'],
  },
  { typed: '/ha failover $(reboot)', reads: ['             ^^^^^^^^^', '"$(reboot)" is not the name of a group.'] },
  { typed: '/ha failover --force', reads: ['"--force" is not the name of a group.'] },
  {
    typed: '/ha failover server2 to `reboot`',
    reads: ['                        ^^^^^^^^', 'is not the name of a node.'],
  },
  { typed: '/ha failover server2\u2028reboot', reads: ['"reboot" does not fit here'] },
  { typed: '/ha failover node3', reads: ['node3 is a node holding server2', '/ha standby node3'] },
  { typed: '/ha failover server2 to node3', reads: ['server2 already runs on node3. Nothing to do.'] },
  {
    typed: '/ha migrate server2 to node9',
    reads: [
      `${' '.repeat('/ha migrate server2 to '.length)}^^^^^`,
      'No node "node9" in pvfs.',
      'node1, node2, node3, node4, node5',
    ],
  },
  { typed: '/ha failover server2_fs', reads: ['server2_fs is a part of server2, which moves as a whole.'] },
  { typed: '/ha failvoer server2', reads: ['    ^^^^^^^^', 'There is no command "failvoer". Did you mean failover?'] },
  { typed: '/ha failover', reads: ['Something is missing', '/ha failover <group> [to <node>]'] },
  { typed: '/ha failover server2 onto node5', reads: ['"onto" does not fit here', '/ha failover <group> [to <node>]'] },
  { typed: '/ha failover server2 on pfvs', reads: ['There is no cluster "pfvs". Did you mean pvfs?'] },
  {
    typed: '/ha failover server2 override quorum because "now"',
    reads: ['failover has no overridable step "quorum".'],
  },
]

describe('what cannot be meant', () => {
  const stage = stageFor({ world: fastWorld })

  it.each(REFUSALS)('$typed is refused to the asker alone, with what is wrong, and runs nothing', async refusal => {
    const { workspace, world, core } = stage()
    const heard = workspace.control.messages().length

    expect(await playOnce(stage(), refusal.typed, () => undefined)).toBe(2)

    const told = workspace.control.messages({ channel: CHANNEL, user: ANA }).slice(heard)
    const read = told.map(({ said, buttons }) => [said, ...buttons.map(({ text }) => text)].join('\n')).join('\n')
    expectInOrder(read, refusal.reads)
    expect(read).toMatch(/Nothing (ran|was run|will run)/)
    expect(told.every(({ ephemeral }) => ephemeral)).toBe(true)
    expect(changes(world)).toEqual([])
    expect(await core.journal.active()).toEqual([])
  })

  it('the suggestion says the words again, and asks for an approval like any other request', async () => {
    const { workspace, world } = stage()
    await playOnce(stage(), '/ha failover sevrer1', () => undefined)
    const refused = workspace.control.messages({ user: ANA }).findLast(({ buttons }) => buttons.length > 0)
    await workspace.control.click({ user: ANA, message_ts: refused?.ts, button: 'Use server1' })
    const card = await workspace.control.until(
      () => workspace.control.messages({ channel: CHANNEL }).find(({ said }) => said.includes('Failover server1')),
      { what: 'the card', timeoutMs: 15_000 },
    )
    expect(card.buttons.map(({ text }) => text)).toContain('Review and approve')
    expect(changes(world)).toEqual([])
  })
})

describe('a question', () => {
  const stage = stageFor({ world: fastWorld })

  it('is answered in the channel with the table, and the demo ends with 0', async () => {
    const lines: string[] = []
    expect(await playOnce(stage(), 'status', line => void lines.push(line))).toBe(0)
    expectInOrder(lines.join('\n'), [
      'Ana: /ha status',
      'pvfs · pacemaker · 5 of 5 online · quorate · settled · no failures',
      'node3  online     server2',
    ])
  })
})
