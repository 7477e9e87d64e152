import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../src/canonical.ts'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import type { Problem } from '../../src/problem.ts'
import { Plan } from '../../src/runbooks/plan.ts'
import { libraryWith, policy } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { moved, offline, pvfsStatus, standby, withGroup, withNode } from '../support/statuses.ts'

const before = pvfsStatus()

async function planned(text: string, status: ClusterStatus = before, more: Parameters<typeof createBench>[0] = {}) {
  const bench = await createBench(more)
  bench.status.say(status)
  const run = await bench.request(text)
  const event = await bench.worker.planner.plan(await bench.state(run), new AbortController().signal)
  return event.type === 'planned' ? { plan: event.plan, digest: event.digest, problems: [] } : refusedOf(event)
}

function refusedOf(event: { type: string; problems?: readonly Problem[] }) {
  return { plan: undefined, digest: '', problems: event.problems ?? [] }
}

async function planOf(...asked: Parameters<typeof planned>): Promise<Plan> {
  const { plan, problems } = await planned(...asked)
  if (!plan) throw new Error(JSON.stringify(problems))
  return plan
}

function stepOf<K extends Plan['steps'][number]['kind']>(plan: Plan, id: string, kind: K) {
  const found = plan.steps.find(step => step.id === id)
  if (found?.kind !== kind) throw new Error(`no ${kind} ${id}`)
  return found as Extract<Plan['steps'][number], { kind: K }>
}

describe('a plan', () => {
  test.each([
    ['failover', 'failover server2'],
    ['migrate', 'migrate server0 to node4'],
    ['standby', 'standby node3'],
    ['verify-cib', 'verify cib'],
  ])('of %s is written out in full', async (name, text) => {
    const plan = await planOf(text)
    const shown = { ...plan, runbook: { ...plan.runbook, text: '(the file)', sha256: '(of the file)' } }
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`goldens/plan-${name}.json`)
  })

  test('is the same for the same request over the same status', async () => {
    const [one, other] = [await planned('failover server2'), await planned('failover server2')]
    expect(one.digest).toBe(other.digest)
    expect(one.digest).toBe(digestOf(one.plan))
  })

  test('has another digest whatever is changed in it', async () => {
    const plan = await planOf('failover server2')
    const paths = leaves(plan)
    expect(paths.length).toBeGreaterThan(150)
    fc.assert(
      fc.property(fc.constantFrom(...paths), path => {
        expect(digestOf(changedAt(plan, path))).not.toBe(digestOf(plan))
      }),
      { numRuns: 200 },
    )
  })

  test('gives values to scripts as shell variables, and never as text of the script', async () => {
    const move = stepOf(await planOf('failover server2'), 'move', 'run')
    expect(move.source).toBe('crm_resource --move --resource "$group" --node "$node"')
    expect(move.values).toEqual({ group: 'server2', node: 'node5' })
    expect(move.script).toContain(`group='server2'\nnode='node5'\n${move.source}`)
  })

  test('says how the change is undone, with the values of now', async () => {
    expect(stepOf(await planOf('failover server2'), 'move', 'run').undo).toEqual({
      kind: 'runbook',
      runbook: 'migrate',
      command: 'migrate server2 to node3 on pvfs',
    })
  })

  test('names where it goes and why, and says it again as one would have to type it', async () => {
    const plan = await planOf('failover server2')
    expect(plan.title).toBe('Failover server2 · node3 → node5')
    expect(plan.because).toEqual({ node: 'spare: online, runs no group' })
    expect(plan.command).toBe('failover server2 to node5 on pvfs')
  })

  test('asks the stricter of policy and runbook, and one more for each override', async () => {
    const plan = await planOf(`failover server2 override settled because "DC election, it's harmless"`)
    expect(stepOf(plan, 'approval', 'approve')).toMatchObject({ count: 2, from: ['oncall'], withinMs: 900_000 })
    expect(stepOf(plan, 'settled', 'check').override).toBe("DC election, it's harmless")
    expect(plan.command).toBe(
      `failover server2 to node5 override settled because "DC election, it's harmless" on pvfs`,
    )
  })

  test('asks to type the node where policy wants that', async () => {
    const approve = { count: 1, from: ['oncall'], withinMs: 60_000, confirm: 'node-name' as const }
    const policies = { pvfs: { ...policy, disruptive: { run: ['oncall'], approve } } }
    const plan = await planOf('standby node3', before, { policies })
    expect(stepOf(plan, 'approval', 'approve').confirm).toBe('node3')
  })
})

describe('hosts', () => {
  const hosts = (plan: Plan, id: string) => stepOf(plan, id, 'run').hosts

  test('any is the controller', async () => {
    expect(hosts(await planOf('failover server2'), 'move')).toEqual(['node1'])
  })

  test('any is never the node that the request is about', async () => {
    expect(hosts(await planOf('standby node1'), 'standby')).toEqual(['node2'])
    expect(hosts(await planOf('migrate server2 to node1'), 'move')).toEqual(['node2'])
  })

  test('any avoids nodes that are not well, and takes one in standby only as the last', async () => {
    const sick = standby(offline(withNode(before, 'node1', { dc: false, unclean: true }), 'node2'), 'node3')
    expect(hosts(await planOf('verify cib', sick), 'valid')).toEqual(['node4'])
    const onlyStandby = offline(offline(sick, 'node4'), 'node5')
    expect(hosts(await planOf('verify cib', onlyStandby), 'valid')).toEqual(['node3'])
  })

  test('none that is well is a refusal', async () => {
    const dark = ['node1', 'node2', 'node3', 'node4', 'node5'].reduce(offline, before)
    expect((await planned('verify cib', dark)).problems.map(problem => problem.code)).toEqual(['no-host', 'no-host'])
  })

  test('all is every node that is online', async () => {
    expect(hosts(await planOf('verify cib', offline(before, 'node4')), 'same')).toEqual([
      'node1',
      'node2',
      'node3',
      'node5',
    ])
  })

  test.each([
    ["['node2', 'node4']", ['node2', 'node4']],
    ["['node2', 'node2']", ['node2']],
    ['cluster.survivors("node1")', ['node2', 'node3', 'node4', 'node5']],
  ])('%s is those, each once', async (expression, names) => {
    const library = await libraryWith(ask(expression))
    expect(hosts(await planOf('ask', before, { library }), 'ask')).toEqual(names)
  })

  test('that the inventory does not have are a refusal', async () => {
    const library = await libraryWith(ask("['node2', 'node9']"))
    expect((await planned('ask', before, { library })).problems).toMatchObject([
      { code: 'unknown-node', message: 'Step "ask" names node9, which the inventory does not have.' },
    ])
  })
})

function ask(hosts: string): string {
  return `apiVersion: ha/v1
name: ask
version: 1.0.0
stack: pacemaker
summary: Ask some nodes
command: ask
risk: read
steps:
  - { id: ask, run: uname, hosts: '${hosts.replaceAll("'", "''")}' }
`
}

describe('what cannot be planned is refused, and says what to do', () => {
  const dead = withNode(before, 'node3', { online: false, unclean: true, state: 'unclean (offline)' })
  test.each<[string, string, ClusterStatus, Partial<Problem>]>([
    [
      'an unknown group',
      'failover sevrer2 to node5',
      before,
      { code: 'unknown-group', suggestion: 'server2', excerpt: `/ha failover sevrer2 to node5\n             ^^^^^^^` },
    ],
    [
      'a node in place of a group',
      'failover node3',
      before,
      { code: 'node-not-group', message: 'node3 is a node holding server2: `/ha standby node3`' },
    ],
    ['a group that is stopped', 'failover server2', moved(before, 'server2', ''), { code: 'group-not-running' }],
    ['a group whose owner is dead', 'failover server2', dead, { code: 'owner-dead' }],
    ['a target that is offline', 'failover server2 to node5', offline(before, 'node5'), { code: 'target-unfit' }],
    ['a target in standby', 'failover server2 to node5', standby(before, 'node5'), { code: 'target-unfit' }],
    ['a group that is already there', 'failover server2 to node3', before, { code: 'already-there' }],
    ['an unknown node', 'failover server2 to node55', before, { code: 'unknown-node', suggestion: 'node5' }],
    [
      'a clone',
      'failover server2',
      withGroup(before, 'server2', { kind: 'clone' }),
      { code: 'not-movable' },
    ],
  ])('%s', async (_, text, status, expected) => {
    const { problems } = await planned(text, status)
    expect(problems).toMatchObject([expected])
    expect(problems[0]?.stillTrue).toMatch(/^Nothing was (run|changed)\.$/)
  })

  test('a cluster that cannot be read', async () => {
    const bench = await createBench()
    bench.status.say('unreadable')
    const run = await bench.request('failover server2')
    expect((await bench.leg(run, 1)).problems).toMatchObject([{ code: 'cluster-unreadable' }])
    expect((await bench.state(run)).phase).toBe('finished')
  })

  test('a change nobody signed', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    const state = await bench.state(run)
    const attestation = { by: 'none' as const, signature: '', at: 0 }
    const event = await bench.worker.planner.plan({ ...state, attestation }, new AbortController().signal)
    expect(event).toMatchObject({ type: 'refused', problems: [{ code: 'unsigned' }] })
    expect(bench.status.reads()).toBe(0)
  })

  test('a change that too few could approve', async () => {
    const approve = { count: 3, from: ['oncall'], withinMs: 60_000 }
    const policies = { pvfs: { ...policy, disruptive: { run: ['oncall'], approve } } }
    const { problems } = await planned('failover server2', before, { policies })
    expect(problems).toMatchObject([
      {
        code: 'cannot-be-approved',
        message: 'This needs 3 approvers of oncall besides ana; there are 2 (bo, cy).',
      },
    ])
  })

  test('an override that slipped past the desk', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    const state = await bench.state(run)
    const request = { ...state.request, overrides: [{ step: 'quorum', reason: 'I know better' }] }
    const event = await bench.worker.planner.plan({ ...state, request }, new AbortController().signal)
    expect(event).toMatchObject({ type: 'refused', problems: [{ code: 'not-overridable' }] })
  })

  test('a cluster whose name is a word of the language', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    const state = await bench.state(run)
    const request = { ...state.request, cluster: 'constructor' }
    const event = await bench.worker.planner.plan({ ...state, request }, new AbortController().signal)
    expect(event).toMatchObject({ type: 'refused', problems: [{ code: 'not-configured' }] })
  })
})

function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value)
  return inner.length === 0 ? [path] : inner.flatMap(([key, member]) => leaves(member, [...path, key]))
}

function changedAt<T>(value: T, path: readonly string[]): T {
  const copy: unknown = structuredClone(value)
  let inside = copy as Record<string, unknown>
  for (const key of path.slice(0, -1)) inside = inside[key] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  const leaf = inside[last]
  inside[last] = typeof leaf === 'string' ? `${leaf}x` : typeof leaf === 'number' ? leaf + 1 : !leaf
  return copy as T
}

test('what is planned is what the schema of a plan says', async () => {
  expect(Plan.safeParse(await planOf('failover server2')).success).toBe(true)
})
