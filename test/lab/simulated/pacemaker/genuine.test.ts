import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestCluster, testCluster } from './cluster.ts'
import { type GenuineCib, genuineCib, timeless, WITHOUT_GENUINE } from './genuine.ts'

/** States of the cluster, each reached by what happens to it. */
const STATES: Record<string, (cluster: TestCluster) => void | Promise<void>> = {
  'as it stands': () => undefined,
  'a group that was asked to move': ({ control }) => control.addPrefer('server2', 'node5'),
  'the last part of a group stopping': ({ control, clock }) => {
    control.addPrefer('server2', 'node5')
    clock.advance(1_000)
  },
  'the middle part of a group stopping': ({ control, clock }) => {
    control.addPrefer('server2', 'node5')
    clock.advance(2_000)
  },
  'a group half on its way': ({ control, clock }) => {
    control.addPrefer('server2', 'node5')
    clock.advance(5_000)
  },
  'a group that has moved': ({ control, settle }) => {
    control.addPrefer('server2', 'node5')
    settle()
  },
  'a group banned from two nodes': ({ control, settle }) => {
    control.addBan('server1', 'node2')
    control.addBan('server1', 'node5')
    settle()
  },
  'a node about to be emptied': ({ control }) => control.setStandby('node1', true),
  'a node in standby': ({ control, settle }) => {
    control.setStandby('node1', true)
    settle()
  },
  'two nodes in standby': ({ control, settle }) => {
    control.setStandby('node1', true)
    control.setStandby('node5', true)
    settle()
  },
  'a start that failed': ({ control, settle }) => {
    control.failNextStart('server2_daemon', 'node5', 'port 3334 in use')
    control.addPrefer('server2', 'node5')
    settle()
  },
  'a failed part before it is recovered': ({ control }) => {
    control.hold(true)
    control.addFailure('server2_daemon', 'node3', 'no answer')
  },
  'a failed part after it was recovered': ({ control, settle }) => {
    control.addFailure('server2_daemon', 'node3', 'no answer')
    settle()
  },
  'a stop that failed': ({ control, clock }) => {
    control.failStop('server2_fs', 'target is busy')
    control.addPrefer('server2', 'node5')
    clock.advance(4_000)
  },
  'a stop that timed out': ({ control, clock }) => {
    control.hangStop('server2_fs')
    control.addPrefer('server2', 'node5')
    clock.advance(23_000)
  },
  'a lost node, not fenced yet': ({ control, clock }) => {
    control.killNode('node3')
    clock.advance(3_500)
  },
  'a lost controller, not fenced yet': ({ control, clock }) => {
    control.killNode('node1')
    clock.advance(3_500)
  },
  'a fenced node': ({ control, clock, settle }) => {
    control.killNode('node3')
    clock.advance(3_500)
    settle()
  },
  'a node that joins': ({ control, clock, settle }) => {
    control.killNode('node3')
    clock.advance(3_500)
    settle()
    control.startNode('node3')
    clock.advance(31_000)
  },
  'a node that is back': ({ control, clock, settle }) => {
    control.killNode('node3')
    clock.advance(3_500)
    settle()
    control.startNode('node3')
    clock.advance(33_000)
    settle()
  },
  'three of five nodes lost': ({ control, clock }) => {
    for (const node of ['node3', 'node4', 'node5']) control.killNode(node)
    clock.advance(3_500)
  },
  'maintenance mode': ({ control, settle }) => {
    control.setMaintenance(true)
    settle()
  },
  'a group that somebody stopped': ({ control, settle }) => {
    control.stopGroup('server2')
    settle()
  },
  'a group about to be stopped': ({ control }) => control.stopGroup('server2'),
  'a part active on two nodes': ({ control }) => {
    control.hold(true)
    control.activeTwice('server2_fs', 'node5')
  },
}

describe.skipIf(WITHOUT_GENUINE)('the model against the real Pacemaker 2.1.5', () => {
  let cluster: TestCluster
  let real: GenuineCib | undefined

  beforeEach(() => {
    cluster = testCluster()
  })
  afterEach(() => {
    real?.remove()
    cluster.model.close()
  })

  for (const [name, happens] of Object.entries(STATES)) {
    it(`shows ${name} as crm_mon and crm_simulate do`, { timeout: 30_000 }, async () => {
      await happens(cluster)
      real = genuineCib(cluster.control.cibText())

      for (const argv of [
        ['crm_mon', '-1', '--output-as=xml'],
        ['crm_mon', '-1', '-r'],
        ['crm_mon', '-1'],
        ['crm_mon', '-1', '-r', '-f'],
        ['crm_simulate', '-x', real.file, '-S'],
        ['crm_simulate', '-x', real.file, '-s'],
        ['crm_resource', '--list'],
        ['cibadmin', '-Q'],
        ['crm_verify', '-x', real.file],
      ]) {
        const [tool = '', ...args] = argv
        const model = await cluster.model.call({ node: 'node2', tool, args, stdin: '', cibFile: real.file, cwd: '/' })
        const genuine = real.run(tool, ...args)
        expect(timeless(model.stdout), argv.join(' ')).toBe(timeless(genuine.stdout))
        expect(model.exitCode, argv.join(' ')).toBe(genuine.exitCode)
      }
    })
  }
})
