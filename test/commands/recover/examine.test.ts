import { describe, expect, test } from 'vitest'
import { examine, type RecoverParts, recoverExitCode } from '../../../src/commands/recover/examine.ts'
import { recoverText } from '../../../src/commands/recover/text.ts'
import type { LedgerEntry, NodeAnswer, NodeLedger } from '../../../src/runs/operations.ts'
import { createMemoryLeases } from '../../support/memory-journal.ts'
import { ASKED_AT, RUN, recordOf, requested } from '../../support/run-fixtures.ts'
import { pvfsCluster } from '../../support/statuses.ts'

const cluster = pvfsCluster()
const [first = '', second = '', ...others] = Object.keys(cluster.nodes)
const ARCHIVED = `${RUN.slice(0, -2)}41`
const NOBODYS = `${RUN.slice(0, -2)}99`

function operation(run: string, number: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const end = { state: 'done', exitCode: 0, epoch: 7, claimedAt: ASKED_AT + number } as const
  return { operation: `${run}-move`, run, number, step: 'move', ...end, ...more }
}

interface Nodes {
  readonly [node: string]: Partial<NodeLedger>
}

async function world(nodes: Nodes) {
  const known = recordOf(await requested())
  const asked: string[] = []
  const parts: RecoverParts = {
    journal: { load: async run => (run === RUN ? known : undefined) },
    archive: {
      read: async (run, number) => {
        asked.push(`${number}-${run}`)
        return run === ARCHIVED ? known.entries : []
      },
      epochs: async () => new Map([['pvfs', 4]]),
    },
    leases: createMemoryLeases(),
    operations: {
      ledger: async (_, node): Promise<NodeAnswer<NodeLedger>> => {
        const ledger = nodes[node]
        if (!ledger) return { ok: false, reason: `${node} did not answer within 5 s.` }
        return { ok: true, value: { operations: [], epoch: 0, heads: [], ...ledger } }
      },
    },
  }
  const look = (free = false) => examine(parts, cluster, free, new AbortController().signal)
  return { parts, look, asked, leases: parts.leases as ReturnType<typeof createMemoryLeases> }
}

const all = (ledger: Partial<NodeLedger>): Nodes =>
  Object.fromEntries([first, second, ...others].map(node => [node, ledger]))

describe('a look at the nodes after a lost Redis', () => {
  test('says what was carried out, and which of it nobody else knows', async () => {
    const { look } = await world({
      [first]: {
        operations: [operation(RUN, 42), operation(NOBODYS, 43, { state: 'running', exitCode: undefined as never })],
        epoch: 9,
      },
      [second]: { operations: [operation(ARCHIVED, 41)] },
    })
    const report = await look()
    expect(report.operations.map(({ number, node, known }) => [number, node, known])).toEqual([
      [41, second, 'archive'],
      [42, first, 'journal'],
      [43, first, 'nobody'],
    ])
    expect(report.silent.map(({ node }) => node)).toEqual(others)
    const text = recoverText(report)
    expect(text).toMatch(/#43\s+move\s+running\s+2026-11-21 14:02:11.043Z\s+7\s+nobody else knows this run/)
    expect(text).toContain('did not answer within 5 s.')
    expect(recoverExitCode(report)).toBe(0)
  })

  test('lets epochs go on above all that a node, an operation or the archive has seen', async () => {
    for (const [ledger, epoch] of [
      [{ epoch: 9 }, 9],
      [{ operations: [operation(RUN, 42, { epoch: 12 })] }, 12],
      [{}, 4],
    ] as const) {
      const { look, leases } = await world(all(ledger))
      expect(await look()).toMatchObject({ seen: epoch, counter: epoch })
      expect(await leases.take('pvfs', { run: 'A', number: 1 }, 1)).toEqual({ taken: true, epoch: epoch + 1 })
    }
  })

  test('frees a cluster only from a run that nobody knows, and only when told to', async () => {
    const { look, leases } = await world(all({}))
    await leases.take('pvfs', { run: NOBODYS, number: 43 }, ASKED_AT)
    const report = await look()
    expect(report.lease).toMatchObject({ number: 43, known: 'nobody', freed: false })
    expect(recoverText(report)).toContain('ha recover pvfs --free')
    expect(await leases.holder('pvfs')).toBeDefined()
    expect((await look(true)).lease).toMatchObject({ freed: true })
    expect(await leases.holder('pvfs')).toBeUndefined()
    await leases.take('pvfs', { run: RUN, number: 42 }, ASKED_AT)
    expect((await look(true)).lease).toMatchObject({ known: 'journal', freed: false })
    expect(await leases.holder('pvfs')).toMatchObject({ run: RUN })
  })

  test('makes no path of what a node calls a run', async () => {
    const { look, asked } = await world(all({ operations: [operation('../../etc', 1), operation(NOBODYS, 1.5)] }))
    expect((await look()).operations.every(({ known }) => known === 'nobody')).toBe(true)
    expect(asked).toEqual([])
  })

  test('that no node answered is an error of its own', async () => {
    const { look } = await world({})
    const report = await look()
    expect(recoverExitCode(report)).toBe(5)
    expect(recoverText(report)).toContain('No node of pvfs answered')
  })
})
