import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import type { Inventory } from '../../src/clusters/inventory.ts'
import type { Answer, Desk } from '../../src/commands/desk.ts'
import { createDesk } from '../../src/commands/dispatch.ts'
import type { DeskParts } from '../../src/commands/parts.ts'
import type { ClusterPolicy } from '../../src/policy/access.ts'
import type { Library } from '../../src/runbooks/library.ts'
import type { EnginePorts } from '../../src/runs/course.ts'
import type { Leases } from '../../src/runs/leases.ts'
import type { OutputArchive } from '../../src/runs/output.ts'
import type { RunState } from '../../src/runs/state.ts'
import { gatherOutputs } from '../../src/transcripts/gather.ts'
import type { Redactor } from '../../src/transcripts/redact.ts'
import { transcriptText } from '../../src/transcripts/text.ts'
import { carryLeg, type LegWorkerParts } from '../../src/workers/leg-worker.ts'
import { attest, directory, libraryWith, policy, speaker, workerParts } from './bench-parts.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { createMemoryJournal, createMemoryLeases, type MemoryJournal } from './memory-journal.ts'
import { createScriptedOperations, type ScriptedOperations } from './scripted-operations.ts'
import { createScriptedProber, type ScriptedProber } from './scripted-prober.ts'
import { createScriptedShell, type ScriptedShell } from './scripted-shell.ts'
import { pvfsCluster, pvfsStatus, type ScriptedStatus, scriptedStatus } from './statuses.ts'

export interface Bench {
  readonly clock: FakeClock
  readonly journal: MemoryJournal
  readonly leases: Leases
  readonly shell: ScriptedShell
  readonly operations: ScriptedOperations
  readonly status: ScriptedStatus
  readonly prober: ScriptedProber
  readonly outputs: OutputArchive
  readonly desk: Desk
  readonly desking: DeskParts
  readonly worker: LegWorkerParts
  /** Says it as Ana unless somebody else is named; a new delivery each time. */
  say(text: string, person?: string): Promise<Answer>
  /** Asks for a run and gives its id; throws when it is not accepted. */
  request(text: string, person?: string): Promise<string>
  /** A worker's job. */
  leg(run: string, leg: number, attempt?: number, abort?: AbortSignal): Promise<RunState>
  decide(run: string, person: string, decision?: 'approve' | 'deny', confirm?: string): Promise<Answer>
  /** Asked for, planned, up to the gate, approved by Bo. */
  approved(text: string): Promise<string>
  state(run: string): Promise<RunState>
  transcript(run: string): Promise<string>
}

export interface BenchOptions {
  readonly library?: Library
  readonly inventory?: Inventory
  readonly policies?: Readonly<Record<string, ClusterPolicy>>
  /** What `copy` finds below the folder of files; may be changed while it runs. */
  readonly files?: Readonly<Record<string, string>>
  /** Instead of nodes that follow a script. */
  readonly nodes?: Pick<EnginePorts, 'shell' | 'operations'>
  /** Masks what is stored of outputs. */
  readonly redactor?: Pick<Redactor, 'stream'>
}

/** Desk, planner, engine and worker joined as the application joins them, over a cluster and a shell that follow a script. */
export async function createBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-bench-'))
  const clock = createFakeClock()
  const journal = createMemoryJournal(clock.now)
  const leases = createMemoryLeases()
  const shell = createScriptedShell()
  const operations = createScriptedOperations(shell)
  const status = scriptedStatus(pvfsStatus())
  const unmasked = () => ({ write: (chunk: Buffer) => chunk, flush: () => Buffer.alloc(0) })
  const outputs = createOutputArchive(folder, () => options.redactor?.stream() ?? unmasked())
  const prober = createScriptedProber(clock)
  const inventory = options.inventory ?? { pvfs: pvfsCluster() }
  const library = options.library ?? (await libraryWith())
  const policies = options.policies ?? Object.fromEntries(Object.keys(inventory).map(name => [name, policy]))
  const desking: DeskParts = {
    journal,
    leases,
    library,
    inventory,
    directory,
    policies,
    nudge: async () => undefined,
    by: 'bot@test',
    now: clock.now,
  }
  const worker = workerParts({
    journal,
    leases,
    shell,
    operations,
    status,
    outputs,
    inventory,
    library,
    policies,
    clock,
    prober,
    ...(options.files && { files: options.files }),
    ...options.nodes,
  })
  const desk = createDesk(desking)
  const asked: string[] = []
  let deliveries = 0

  const state = async (run: string) => {
    const record = await journal.load(run)
    if (!record) throw new Error(`no run ${run}`)
    return record.state
  }
  const bench: Bench = {
    clock,
    journal,
    leases,
    shell,
    operations,
    status,
    prober,
    outputs,
    desk,
    desking,
    worker,
    state,
    say: (text, person = 'ana') => {
      deliveries += 1
      const teams = async () => true
      return desk.say({ text, speaker: speaker(person), dedupe: `delivery-${deliveries}`, teams, attest })
    },
    async request(text, person) {
      const answer = await bench.say(text, person)
      if (answer.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`)
      asked.push(answer.run)
      return answer.run
    },
    async leg(run, leg, attempt = 1, abort = new AbortController().signal) {
      await carryLeg(worker, { run, leg, try: attempt }, { abort, mayAct: () => true })
      return await state(run)
    },
    decide: (run, person, decision = 'approve', confirm = '') =>
      desk.decide({
        gate: { run },
        decision,
        reason: '',
        confirm,
        speaker: speaker(person),
        teams: async () => true,
        attest,
      }),
    async approved(text) {
      const run = await bench.request(text)
      await bench.leg(run, 1)
      const answer = await bench.decide(run, 'bo')
      if (answer.kind !== 'decided') throw new Error(`not approved: ${JSON.stringify(answer)}`)
      return run
    },
    async transcript(run) {
      const record = await journal.load(run)
      return record ? transcriptText(record, await gatherOutputs(outputs, record, 1 << 20)) : `no run ${run}`
    },
  }
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') for (const run of asked) process.stderr.write(`${await bench.transcript(run)}\n`)
    await rm(folder, { recursive: true, force: true })
  })
  return bench
}
