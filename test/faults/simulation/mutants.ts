import type { Journal } from '../../../src/runs/journal.ts'
import type { OperationEnd, Operations } from '../../../src/runs/operations.ts'
import type { Flaws } from './world.ts'

export interface Mutant {
  readonly flaws: Flaws
  /** Invariants of which at least one must be found broken. */
  readonly breaks: readonly string[]
}

/** Changes how ends of operations are told. */
function tells(change: (end: OperationEnd) => OperationEnd): Flaws {
  const operations = (real: Operations): Operations => ({
    ...real,
    perform: async (order, following) => change(await real.perform(order, following)),
  })
  return { worker: { operations } }
}

function inJournal(change: (real: Journal) => Partial<Journal>): Flaws {
  return { worker: { journal: real => ({ ...real, ...change(real) }) } }
}

const nothing = { text: '', bytes: 0, truncated: false }
const done = { kind: 'done', exitCode: 0, exitSignal: '', complete: true, stdout: nothing, stderr: nothing } as const

/** Defects that somebody could make; the simulation must find every one of them. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'a node that looks for a claim and makes it in two steps': {
    flaws: { node: { claimsInTwoSteps: true } },
    breaks: ['I1'],
  },
  'a node that keeps no record of what was given up': {
    flaws: { node: { ignoresTombstone: true } },
    breaks: ['I3'],
  },
  'a node that calls it done when the process is gone': {
    flaws: { node: { saysDone: true } },
    breaks: ['I2'],
  },
  'a worker that takes a silent node for one where nothing ran': {
    flaws: tells(end =>
      end.kind === 'silent' ? { kind: 'not-run', code: 'unreachable', reason: 'it is silent' } : end,
    ),
    breaks: ['I3'],
  },
  'a worker that takes a silent node for one where all went well': {
    flaws: tells(end => (end.kind === 'silent' ? { ...done, durationMs: 0, record: '' } : end)),
    breaks: ['I2'],
  },
  'a worker that takes an interrupted change for one that never ran': {
    flaws: tells(end =>
      end.kind === 'interrupted' ? { kind: 'not-run', code: 'unreachable', reason: 'it is gone' } : end,
    ),
    breaks: ['I3'],
  },
  'a worker that sends a change again instead of asking what became of it': {
    flaws: {
      worker: {
        operations: real => ({
          ...real,
          perform: async (order, following) => {
            if (following.mode === 'begin') return await real.perform(order, following)
            return await real.perform({ ...order, operation: `${order.operation}x` }, { ...following, mode: 'begin' })
          },
        }),
      },
    },
    breaks: ['I7'],
  },
  'a worker that calls every output complete': {
    flaws: {
      worker: {
        operations: real => ({
          ...real,
          perform: async (order, following) => {
            let isFirst = true
            const output: typeof following.output = (stream, chunk) => {
              if (isFirst) isFirst = false
              else return following.output(stream, chunk)
            }
            const end = await real.perform(order, { ...following, output })
            return end.kind === 'done' ? { ...end, complete: true } : end
          },
        }),
      },
    },
    breaks: ['I5'],
  },
  'a journal that does not mind that somebody else wrote first': {
    flaws: inJournal(real => ({
      append: async (at, events, by) => {
        const appended = await real.append(at, events, by)
        return appended.kind === 'conflict' ? await real.append(appended.record, events, by) : appended
      },
    })),
    breaks: ['I7', 'moves', 'I4', 'I1'],
  },
  'a journal that says yes before it knows': {
    flaws: inJournal(real => ({
      append: async (at, events, by) => {
        const appended = await real.append(at, events, by)
        return appended.kind === 'unavailable' && !('run' in at) ? { kind: 'appended', record: at } : appended
      },
    })),
    breaks: ['I7', 'I9', 'I6', 'moves'],
  },
  'a lease that is given to whoever asks': {
    flaws: { worker: { leases: real => ({ ...real, take: async () => ({ taken: true as const, epoch: 1 }) }) } },
    breaks: ['I8'],
  },
}
