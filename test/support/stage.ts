import { afterAll, beforeAll, beforeEach, type TestContext } from 'vitest'
import { raiseStage, type Stage } from '../../lab/demo/stage.ts'
import { type SimulatedWorld, startSimulatedWorld } from '../../lab/simulated/world.ts'
import type { World } from '../../lab/world.ts'
import { gatherOutputs } from '../../src/transcripts/gather.ts'
import { transcriptText } from '../../src/transcripts/text.ts'

/** A stage whose cluster is known to be of kind `W`, with what can be done to it. */
export interface StageOn<W extends World> extends Stage {
  readonly world: W
}

export interface StageWanted<W extends World> {
  readonly world: (folder: string) => Promise<W>
  /** How long a plan may wait for its approval. */
  readonly within?: string
  /** What coming up may take. */
  readonly timeoutMs?: number
}

const COMES_UP_MS = 60_000
const OUTPUT_BYTES = 64 * 1024

/** The simulated cluster, twenty times as fast as a real one. */
export async function fastWorld(folder: string): Promise<SimulatedWorld> {
  return await startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.05 })
}

/**
 * One stage for all tests of the file or block it is called in: raised before them, ended after them whatever happened. A test that fails
 * prints what was said in the workspace and what its runs did. The answer is to be called inside tests.
 */
export function stageFor<W extends World>(wanted: StageWanted<W>): () => StageOn<W> {
  let stage: StageOn<W> | undefined
  const current = (): StageOn<W> => {
    if (!stage) throw new Error('the stage is only there inside tests')
    return stage
  }
  beforeAll(async () => {
    stage = await raise(wanted)
  }, wanted.timeoutMs ?? COMES_UP_MS)
  afterAll(async () => await stage?.close(), COMES_UP_MS)
  beforeEach(({ onTestFailed }: TestContext) => {
    onTestFailed(async () => console.error(await story(current())))
  })
  return current
}

async function raise<W extends World>({ world: makeWorld, within }: StageWanted<W>): Promise<StageOn<W>> {
  let made: W | undefined
  const stage = await raiseStage({
    port: 0,
    say: () => undefined,
    ...(within !== undefined && { within }),
    world: async folder => {
      made = await makeWorld(folder)
      return made
    },
  })
  if (made === undefined) throw new Error('the stage came up without a cluster')
  return { ...stage, world: made }
}

const LATEST_RUNS = 3

/** What was said, and the transcripts of the latest runs. */
export async function story({ workspace, core }: Stage): Promise<string> {
  const said = workspace.control.messages().map(({ name, said: words, ephemeral, thread_ts, revision }) => {
    const how = [thread_ts && 'in a thread', ephemeral && 'privately', revision > 0 && `edited ${revision} times`]
    return `${name} ${how.filter(Boolean).join(', ')}:\n  ${words.replaceAll('\n', '\n  ')}`
  })
  const transcripts = (await core.journal.list(LATEST_RUNS)).map(async ({ run }) => {
    const record = await core.journal.load(run)
    return record ? transcriptText(record, await gatherOutputs(core.outputs, record, OUTPUT_BYTES)) : `${run} is gone`
  })
  return [...said, ...(await Promise.all(transcripts).catch(error => [String(error)]))].join('\n\n')
}
