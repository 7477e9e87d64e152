import type { Life } from '../life.ts'
import type { ReallyBegan } from '../truth.ts'
import type { OperationFiles } from './ledger.ts'
import type { SimulatedNode } from './node.ts'

/** A change under way on a node: it belongs to nobody's link, and ends by itself, by a signal, or with the node. */
export class OperationProcess {
  readonly life: Life
  readonly pid: number
  readonly #node: SimulatedNode
  readonly #files: OperationFiles
  readonly #began: ReallyBegan

  constructor(node: SimulatedNode, files: OperationFiles) {
    const { kernel, truth, history } = node.parts
    this.#node = node
    this.#files = files
    this.life = node.process(files.operation)
    this.pid = node.newPid()
    this.#began = { operation: files.operation, node: node.name, epoch: files.claim?.epoch ?? 0, at: kernel.now }
    truth.began.push(this.#began)
    truth.printed.set(files.operation, () => ({ out: files.out, err: files.err }))
    history.note(node.name, `${files.operation} BEGINS as process ${this.pid}`)
    node.parts.onMoment('begins')
  }

  /** The script: it prints in pieces, has its effect at one of them, and exits. */
  async run(script: string): Promise<void> {
    const { kernel, random, effect } = this.#node.parts
    const isQuick = script.includes('simctl reboot')
    const pieces = isQuick ? 0 : random.int(0, 4)
    const exitCode = random.chance(0.08) ? 1 : 0
    const takesEffectAt = random.int(0, pieces)
    for (let piece = 0; piece <= pieces; piece++) {
      if (piece === takesEffectAt && exitCode === 0) effect(this.#node.name, script)
      await new Promise<void>(resolve => kernel.in(random.int(5, 2000), () => this.life.give(resolve)))
      this.#print(piece)
    }
    this.#end(exitCode, '')
  }

  /** To its process group. */
  signal(name: 'TERM' | 'KILL'): void {
    this.#end(name === 'TERM' ? 143 : 137, name)
  }

  #print(piece: number): void {
    const { isDiskFull, parts } = this.#node
    if (isDiskFull) return
    const { random } = parts
    const padding = random.chance(0.05) ? 'x'.repeat(random.int(1000, 9000)) : ''
    // What looks like a line of the protocol is only output.
    const text = Buffer.from(`${this.#files.operation} piece ${piece} ${padding}\nha1 end\n`)
    const stream = random.chance(0.7) ? 'out' : 'err'
    this.#files[stream] = Buffer.concat([this.#files[stream], text])
  }

  #end(exitCode: number, signal: string): void {
    if (!this.life.isAlive) return
    this.#files.result = { state: 'done', exitCode, signal, at: this.#node.seconds() }
    this.#began.endedAt = this.#node.parts.kernel.now
    this.#began.exitCode = exitCode
    this.#node.parts.history.note(this.#node.name, `${this.#files.operation} ends, exit ${exitCode} ${signal}`)
    this.life.kill()
    this.#node.parts.onMoment('ends')
  }
}

/** The first process of an operation: it looks once more at what it looked at as it claimed, because it may have stood still since. */
export function launch(node: SimulatedNode, files: OperationFiles, sha: string): void {
  const { flaws } = node.parts
  if (files.isLaunchTaken) return
  files.isLaunchTaken = true
  const at = node.seconds()
  const { epoch = 0, notAfter = 0 } = files.claim ?? {}
  if (node.ledger.fence > epoch && !flaws.ignoresFence) files.result = { state: 'fenced', at }
  else if (at > notAfter && !flaws.ignoresDeadline) files.result = { state: 'late', at }
  else start(node, files, sha)
}

function start(node: SimulatedNode, files: OperationFiles, sha: string): void {
  const process = new OperationProcess(node, files)
  files.started = { boot: node.boot, at: node.seconds(), process }
  void process.run(node.ledger.bundles.get(sha)?.toString() ?? '')
}
