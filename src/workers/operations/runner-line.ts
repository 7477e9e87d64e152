import { sha256 } from '../../canonical.ts'
import type { NotSent, Shell } from '../../runs/ports.ts'
import { type Answer, ask } from './ask.ts'
import type { Delivery } from './delivery.ts'
import { type LedgerFile, putScript } from './put.ts'
import type { ReplyLine } from './reply-reader.ts'

export interface LineTools {
  readonly shell: Shell
  /** The text of deploy/node-runner.sh. */
  readonly runner: Uint8Array
  /** Where this process has put the runner already: by cluster and node. */
  readonly placed: Set<string>
}

export interface Place {
  readonly cluster: string
  readonly node: string
  /** `ssh.ledger` of the cluster. */
  readonly ledger: string
}

export interface Asking {
  readonly signal: AbortSignal
  /** The whole of it: waiting for a channel, connecting, the answer. */
  readonly timeoutMs: number
  readonly delivery?: Delivery
  readonly news?: () => void
}

/** `nodeSeconds`: the node's clock when it had the file. `unput`: the node could not take it. */
export type Put =
  | { readonly kind: 'put'; readonly nodeSeconds: number }
  | { readonly kind: 'unput'; readonly code: NotSent | 'no-space' | 'damaged'; readonly reason: string }
  | Exclude<Answer, { kind: 'answered' }>

const SLOWEST_BYTES_PER_MS = 50

/** The runner of one node: what can be put there and asked of it. */
export class RunnerLine {
  readonly place: Place
  readonly #tools: LineTools
  readonly #file: LedgerFile

  constructor(tools: LineTools, place: Place) {
    this.#tools = tools
    this.place = place
    this.#file = { name: `runner-${sha256(Buffer.from(tools.runner)).slice(0, 12)}`, bytes: tools.runner }
  }

  /** Undefined when the runner is there, or why it is not. */
  async ready(asking: Asking): Promise<Exclude<Put, { kind: 'put' }> | undefined> {
    if (this.#tools.placed.has(this.#key)) return undefined
    const put = await this.#put(this.place.ledger, this.#file, asking)
    if (put.kind !== 'put') return put
    this.#tools.placed.add(this.#key)
    return undefined
  }

  /** The node answered as if the runner were not there: it is put there before anything else is asked. */
  doubt(): void {
    this.#tools.placed.delete(this.#key)
  }

  async putBundle(script: Uint8Array, asking: Asking): Promise<Put> {
    const { ledger } = this.place
    // Homes may be shared between nodes; the runner finds its folder in the same way.
    const folder = ledger.startsWith('/') ? ledger : `${ledger}/$(uname -n)`
    const file = { name: `bundles/b-${sha256(Buffer.from(script))}`, bytes: script }
    return await this.#put(folder, file, asking)
  }

  async ask(verb: string, fields: Readonly<Record<string, string | number>>, asking: Asking): Promise<Answer> {
    const words = Object.entries(fields).map(([key, value]) => `${key}=${value}`)
    const call = [`${this.place.ledger}/${this.#file.name}`, verb, ...words]
    return await this.#send({ call }, asking)
  }

  async #put(folder: string, file: LedgerFile, asking: Asking): Promise<Put> {
    const timeoutMs = Math.ceil(asking.timeoutMs + file.bytes.length / SLOWEST_BYTES_PER_MS)
    const answer = await this.#send({ script: putScript(folder, file), stdin: file.bytes }, { ...asking, timeoutMs })
    return answer.kind === 'answered' ? putOf(answer.lines, this.place) : answer
  }

  async #send(
    what: { readonly script?: string; readonly call?: readonly string[]; readonly stdin?: Uint8Array },
    asking: Asking,
  ): Promise<Answer> {
    const { cluster, node } = this.place
    return await ask(this.#tools.shell, { ...what, ...asking, cluster, node })
  }

  get #key(): string {
    return `${this.place.cluster}/${this.place.node}/${this.place.ledger}`
  }
}

function putOf(lines: readonly ReplyLine[], { node, ledger }: Place): Put {
  const line = lines.find(({ verb }) => verb === 'put' || verb === 'unput')
  const nodeSeconds = Number(line?.words[1] ?? Number.NaN)
  if (line?.verb === 'put' && Number.isSafeInteger(nodeSeconds)) return { kind: 'put', nodeSeconds }
  const what = line?.words[0]
  if (what === 'folder')
    return unput('no-space', `${node} could not make the folder ${ledger} for its record of changes`, LOOK)
  if (what === 'write') return unput('no-space', `${node} could not write into ${ledger}, its record of changes`, LOOK)
  return unput(
    'damaged',
    `What ${node} received was not what was sent to it`,
    'Try again; if it stays so, look at its disk.',
  )
}

const LOOK = 'Check that the login may write there, and that the disk is neither full nor read-only.'

function unput(code: 'no-space' | 'damaged', what: string, next: string): Put {
  return { kind: 'unput', code, reason: `${what}. Nothing was run. ${next}` }
}
