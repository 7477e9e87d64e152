import { sha256 } from '../../src/canonical.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import type { RunEventOf } from '../../src/runs/events.ts'
import type { OperationOrder, Operations } from '../../src/runs/operations.ts'
import type { OutputArchive } from '../../src/runs/output.ts'
import { appended, beginRun, type OpenJournal } from '../ha-bot/journal.ts'
import type { Contender } from '../measure/rounds.ts'
import { carryOut } from '../ssh/changes.ts'
import { CLUSTER } from '../ssh/inventory.ts'
import type { ChangeLoad } from './loads.ts'
import { NAMES, named } from './rows.ts'
import type { TappedShell } from './tapped-shell.ts'

export interface ChangeParts {
  readonly journal: OpenJournal['journal']
  readonly outputs: OutputArchive
  readonly operations: Operations
  readonly shell: TappedShell
}

const AT = { step: 'move', host: 'node1', attempt: 1 } as const
const TIMEOUT_MS = 30_000

/** What a step of kind change does: intention, claim, run, follow, result; each time in a run of its own. */
export function claimedChange(parts: ChangeParts, load: ChangeLoad): Contender {
  const { journal, outputs, operations, shell } = parts
  return async () => {
    const begun = await beginRun(journal)
    const { run, number } = begun.state
    const script = assembleScript(load.script, {})
    const operation = `${run}-${AT.step}-${AT.host}-${AT.attempt}`
    shell.said()
    const times = stopwatch()
    const intended = await appended(journal, begun, [intention(operation, script)])
    times.lap('intention')
    const recording = await outputs.record({ run, number, ...AT, again: false })
    const end = await carryOut(operations, order({ operation, script, ...intended.state }), {
      timeoutMs: TIMEOUT_MS,
      output: recording.sink,
    })
    times.lap('node')
    await appended(journal, intended, [result(await recording.finish(), end.record)])
    times.lap('result')
    return told(load, times.laps, shell)
  }
}

function order(of: {
  readonly operation: string
  readonly script: string
  readonly run: string
  readonly number: number
  readonly seq: number
  readonly head: string
}): OperationOrder {
  const { operation, script, run, number, seq, head } = of
  return { cluster: CLUSTER, node: AT.host, step: AT.step, epoch: 1, operation, script, run, number, seq, head }
}

function intention(operation: string, script: string): RunEventOf<'execution-started'> {
  return { type: 'execution-started', ...AT, operation, bundle: sha256(script), epoch: 1 }
}

function result(
  stored: Awaited<ReturnType<Awaited<ReturnType<OutputArchive['record']>>['finish']>>,
  record: string,
): RunEventOf<'execution-finished'> {
  const outcome = { outcome: 'succeeded', exitCode: 0, reason: 'exit code 0', durationMs: 1 } as const
  return { type: 'execution-finished', ...AT, ...outcome, ...stored, begun: true, record, complete: true }
}

interface Laps {
  readonly intention: number
  readonly node: number
  readonly result: number
}

function stopwatch() {
  const laps = { intention: 0, node: 0, result: 0 }
  let before = performance.now()
  return {
    laps,
    lap(name: keyof Laps) {
      const now = performance.now()
      laps[name] = now - before
      before = now
    },
  }
}

function told(load: ChangeLoad, laps: Laps, shell: TappedShell) {
  const said = shell.said()
  const sum = (verb: string) => said.reduce((ms, each) => (each.what === verb ? ms + each.ms : ms), 0)
  return {
    [named(NAMES.change, load)]: laps.intention + laps.node + laps.result,
    [named(NAMES.intention, load)]: laps.intention,
    [named(NAMES.put, load)]: sum('put'),
    [named(NAMES.claim, load)]: sum('claim'),
    [named(NAMES.attach, load)]: sum('attach'),
    [named(NAMES.result, load)]: laps.result,
  }
}
