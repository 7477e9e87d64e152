import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Bundle } from './bundles.ts'
import { fieldsOf } from './bundles.ts'
import type { Evidence, Execution, NodeRecord, Place, SeenPost, TakenPost } from './checker/evidence.ts'
import type { Lane, LaneCluster } from './lane/lane.ts'
import { operations } from './outside.ts'
import type { Asked } from './people.ts'

export interface Gathered {
  readonly lane: Lane
  readonly cluster: LaneCluster
  readonly asked: readonly Asked[]
  readonly bundles: readonly Bundle[]
  /** Where the workspace's log stood when the cell began. */
  readonly logFrom: number
  readonly settledMs: number | undefined
  readonly died: readonly string[]
  readonly archiveFailed: boolean
}

/** Collects what is to be judged: from the nodes, the workspace and the archive. */
export async function gather(from: Gathered): Promise<Evidence> {
  const { lane, cluster, asked, bundles, settledMs, died, archiveFailed } = from
  const numbers = new Set(bundles.map(({ run }) => run))
  return {
    heard: asked,
    bundles,
    executions: executionsOf(lane).filter(({ tag }) => tag.startsWith(cluster.name)),
    output: (bundle, file) => read(join(bundle.folder, file)),
    node: operations(lane, cluster).flatMap(nodeRecord),
    posts: posts(lane),
    taken: taken(lane, from.logFrom).filter(({ key }) => [...numbers].some(run => key.includes(run))),
    secrets: [lane.workspace.botToken, lane.workspace.appToken],
    places: await places(lane, bundles),
    archiveFailed,
    died,
    settledMs,
  }
}

export function executionsOf(lane: Lane): Execution[] {
  const lines = readFileSync(lane.nodes.executions, 'utf8').split('\n').filter(Boolean)
  return lines.map(line => {
    const [tag = '', step = '', boot = '', ns = '0'] = line.split(' ')
    return { tag, step, boot, ns: BigInt(ns) }
  })
}

function nodeRecord(folder: string): NodeRecord[] {
  const [out, err] = [read(join(folder, 'out')), read(join(folder, 'err'))]
  if (!out || !err) return []
  return [{ operation: basename(folder), out, err, hasResult: existsSync(join(folder, 'result')) }]
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

function posts(lane: Lane): SeenPost[] {
  return lane.workspace.control.messages().map(message => ({
    ts: message.ts,
    bot: message.bot,
    isPrivate: message.ephemeral,
    thread: message.thread_ts === message.ts ? undefined : message.thread_ts,
    said: message.said,
    buttons: message.buttons.map(({ text }) => text),
    files: message.files.map(({ name }) => name),
  }))
}

/** Posts that the workspace carried out, whatever it answered. */
function taken(lane: Lane, logFrom: number): TakenPost[] {
  const calls = lane.workspace.control.log().slice(logFrom)
  return calls.flatMap(entry => {
    if (entry.kind !== 'call' || entry.method !== 'chat.postMessage') return []
    if (entry.status !== 200 || (entry.error && entry.error !== 'response_lost')) return []
    const key = fieldsOf(fieldsOf(metadataOf(entry.args))['event_payload'])['key']
    return typeof key === 'string' ? [{ key }] : []
  })
}

function metadataOf(args: Readonly<Record<string, unknown>>): unknown {
  const { metadata } = args
  return typeof metadata === 'string' ? JSON.parse(metadata) : metadata
}

/** Where a secret could have got to: the archive, the workspace, the logs. */
async function places(lane: Lane, bundles: readonly Bundle[]): Promise<Place[]> {
  const files = bundles.map(async ({ folder }) => {
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
    return await Promise.all(
      names.map(async ({ parentPath, name }) => ({
        where: name,
        // A file may be replaced while we look: what was there a moment ago is then looked at under its next name, or gone.
        text: await readFile(join(parentPath, name), 'latin1').catch(() => ''),
      })),
    )
  })
  const said = {
    where: 'the workspace',
    text: lane.workspace.control
      .messages()
      .map(({ said: words }) => words)
      .join('\n'),
  }
  const logs = [lane.bot, ...lane.workers].map(part => ({ where: `the log of ${part.name}`, text: part.log }))
  return [...(await Promise.all(files)).flat(), said, ...logs]
}
