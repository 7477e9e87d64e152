import { fileURLToPath } from 'node:url'
import { readRunbookFolder } from '../../src/adapters/runbook-files.ts'
import type { Inventory } from '../../src/clusters/inventory.ts'
import type { ClusterPolicy } from '../../src/policy/access.ts'
import type { Directory } from '../../src/policy/people.ts'
import { good, problemText } from '../../src/problem.ts'
import { copiedText } from '../../src/runbooks/copied-text.ts'
import { createLibrary, type Library } from '../../src/runbooks/library.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import type { LoadedRunbook } from '../../src/runbooks/schema.ts'
import type { SourceText } from '../../src/runbooks/source-text.ts'
import type { EnginePorts } from '../../src/runs/course.ts'
import type { Attestation, Speaker } from '../../src/runs/events.ts'
import type { Journal } from '../../src/runs/journal.ts'
import { planConditions } from '../../src/runs/plan-conditions.ts'
import type { Prober } from '../../src/runs/ports.ts'
import { createAuthenticity } from '../../src/workers/authenticity.ts'
import type { LegWorkerParts } from '../../src/workers/leg-worker.ts'
import { createPlanner } from '../../src/workers/planner.ts'
import type { StopWatch } from '../../src/workers/stop-watch.ts'
import { createScriptedProber } from './scripted-prober.ts'

const RUNBOOKS = fileURLToPath(new URL('../../runbooks', import.meta.url))
const MINUTE_MS = 60_000

/** Ana, Bo and Cy are on call; Dee is known but on no team. */
export const directory: Directory = {
  people: Object.fromEntries(
    ['ana', 'bo', 'cy', 'dee'].map(name => [name, { name, slack: `U0${name.toUpperCase()}`, ssh: [] }]),
  ),
  teams: { oncall: { name: 'oncall', members: ['ana', 'bo', 'cy'] } },
}

export const policy: ClusterPolicy = {
  read: { run: ['everyone'] },
  disruptive: { run: ['oncall'], approve: { count: 1, from: ['oncall'], withinMs: 15 * MINUTE_MS } },
  destructive: {
    run: ['oncall'],
    approve: { count: 2, from: ['oncall'], withinMs: 15 * MINUTE_MS, confirm: 'node-name' },
  },
}

export function speaker(person: string, more: Partial<Speaker> = {}): Speaker {
  const name = person.charAt(0).toUpperCase() + person.slice(1)
  return { person, via: 'slack', name, slackUser: `U0${person.toUpperCase()}`, ...more }
}

export async function attest(_: string, at: number): Promise<Attestation> {
  return { by: 'bot', signature: 'c2lnbmVk', at }
}

let shipped: Promise<readonly LoadedRunbook[]> | undefined

/** The runbooks of the repository, and more given as YAML. */
export async function libraryWith(...yaml: readonly string[]): Promise<Library> {
  shipped ??= loadShipped()
  const more = yaml.map((text, i) => load({ file: `more/pacemaker/more${i}.yaml`, text }))
  return createLibrary([...(await shipped), ...more])
}

async function loadShipped(): Promise<readonly LoadedRunbook[]> {
  const folder = await readRunbookFolder(RUNBOOKS, 'runbooks')
  if (!folder.ok) throw new Error(folder.problems.map(problemText).join('\n'))
  return folder.value.files.map(load)
}

function load({ file, text }: SourceText): LoadedRunbook {
  const one = parseRunbook(file, text)
  if (!one.ok) throw new Error(one.problems.map(problemText).join('\n'))
  return one.value
}

export interface Surroundings
  extends Pick<EnginePorts, 'shell' | 'operations' | 'status' | 'outputs' | 'leases' | 'clock'> {
  readonly journal: Journal
  readonly inventory: Inventory
  readonly library: Library
  readonly policies: Readonly<Record<string, ClusterPolicy>>
  /** Without it every service answers. */
  readonly prober?: Prober
  /** What `copy` finds below the folder of files. */
  readonly files?: Readonly<Record<string, string>>
}

/** A worker as the application joins it; signatures are taken as good, they have tests of their own. */
export function workerParts(around: Surroundings, name = 'worker@test:1'): LegWorkerParts {
  const { journal, inventory, library, policies, shell, operations, status, outputs, leases, clock } = around
  let tokens = 0
  const ports: EnginePorts = {
    ...{ shell, operations, status, outputs, leases, clock },
    prober: around.prober ?? createScriptedProber(clock),
    fileOf: async source => await fileOf(source),
    differences: (run, reading) => planner.differences(run, reading),
    conditionsOf: planConditions(inventory),
    time: () => journal.time(),
    newToken: () => {
      tokens += 1
      return String(tokens).padStart(32, '0')
    },
  }
  const fileOf = async (source: string) => copiedText(source, Buffer.from(around.files?.[source] ?? '\0'))
  const planner = createPlanner({ inventory, library, directory, policies, status, hostKeys: async () => ({}), fileOf })
  const authenticity = createAuthenticity(async () => good(true), directory, policies)
  return { journal, ports, planner, authenticity, stops: noStops(), inventory, afterEnd: async () => undefined, name }
}

/** Stops reach the leg through its own writes alone. */
function noStops(): StopWatch {
  return { watch: () => () => undefined }
}
