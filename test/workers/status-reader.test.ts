import { describe, expect, test } from 'vitest'
import type { Execution, ExecutionResult, Shell } from '../../src/runs/ports.ts'
import { createStatusReader } from '../../src/workers/status-reader.ts'
import { answersOf } from '../clusters/reading.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { exited, notSent } from '../support/scripted-shell.ts'
import { pvfsCluster } from '../support/statuses.ts'

const answers = answersOf('five-nodes-and-a-spare')

/** Nodes that answer as the committed fixture does, unless they are silent. */
function answering(silent: ReadonlySet<string>): Shell & { asked: () => string[] } {
  const asked: string[] = []
  return {
    asked: () => [...new Set(asked.splice(0))],
    async execute({ node, script }: Execution): Promise<ExecutionResult> {
      asked.push(node)
      if (silent.has(node)) return notSent('unreachable', `${node} does not answer`)
      const name = script.includes('crm_mon') ? 'status' : script.includes('crmadmin') ? 'controller' : 'cib'
      const isDigest = script.includes('md5')
      return exited(0, answers[isDigest ? 'digest' : name].stdout)
    },
  }
}

function reading(silent: ReadonlySet<string>) {
  const shell = answering(silent)
  const reader = createStatusReader({ inventory: { pvfs: pvfsCluster() }, shell, clock: createFakeClock() })
  return { shell, read: () => reader.read('pvfs', new AbortController().signal) }
}

describe('a status', () => {
  test('is what two members say', async () => {
    const { shell, read } = reading(new Set())
    const status = await read()
    expect(status).toMatchObject({ ok: true, value: { readFrom: ['node1', 'node2'], quorate: true } })
    expect(shell.asked()).toEqual(['node1', 'node2'])
  })

  test('asks another member in place of one that is silent, and the silent one last the next time', async () => {
    const { shell, read } = reading(new Set(['node1']))
    expect(await read()).toMatchObject({ ok: true, value: { readFrom: ['node2', 'node3'] } })
    expect(shell.asked()).toEqual(['node1', 'node2', 'node3'])
    await read()
    expect(shell.asked()).toEqual(['node2', 'node3'])
  })

  test('of nodes that are set up for another stack says so, and what shows it', async () => {
    const facts = ['ha.cf=absent', 'crm=', 'haresources=absent', 'cluster.conf=there', 'rm=there', 'clustat=there']
    const shown = [...facts, 'corosync.conf=absent', 'pacemakerd=absent', 'end', ''].join('\n')
    const shell: Shell = {
      execute: async ({ script }) =>
        script.includes('haresources') ? exited(0, shown) : exited(127, '', 'sh: 1: crm_mon: not found\n'),
    }
    const reader = createStatusReader({ inventory: { pvfs: pvfsCluster() }, shell, clock: createFakeClock() })
    const result = await reader.read('pvfs', new AbortController().signal)
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'cluster-unreadable' }] })
    expect(result.ok ? '' : result.problems[0]?.excerpt).toContain(
      'node1 is set up for rgmanager, and the configuration says "stack: pacemaker" for pvfs.',
    )
  })

  test('that nobody gives names every member and why', async () => {
    const { read } = reading(new Set(['node1', 'node2', 'node3', 'node4', 'node5']))
    expect(await read()).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'cluster-unreadable',
          excerpt: [1, 2, 3, 4, 5].map(i => `node${i} does not answer`).join('\n'),
          stillTrue: 'Nothing was changed.',
        },
      ],
    })
  })
})
