import { sha256 } from '../../../src/canonical.ts'
import type { Operations } from '../../../src/runs/operations.ts'
import type { Execution, ExecutionResult, Shell } from '../../../src/runs/ports.ts'
import { createOperations } from '../../../src/workers/operations/operations.ts'
import type { FakeClock } from '../../support/fake-clock.ts'
import { broken, exited, notSent } from '../../support/scripted-shell.ts'
import { pvfsCluster } from '../../support/statuses.ts'

/** What becomes of one request and its reply. `lost`: carried out or not, and so many bytes of the reply get through. `delayed`: carried out when everybody thinks it is lost. */
export type Fate =
  | 'ok'
  | 'unsent'
  | { readonly lost: 'before' | 'after' | 'delayed'; readonly bytes: number }
  | 'no-runner'

export interface ModelledChange {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  readonly lastsMs: number
  /** Does not end when it is told to. */
  readonly immortal?: boolean
}

interface Entry {
  state: string
  startedMs: number
  exitCode: number
  signal: string
  why: string
}

/** A node with its ledger, as the protocol has it, under a clock that tests move. */
export class NodeModel implements Shell {
  readonly begun: string[] = []
  readonly asked: string[] = []
  readonly delayed: (() => void)[] = []
  /** Of how many days ago it was asked to clear away, time by time. */
  readonly purged: number[] = []
  fate: (verb: string) => Fate = () => 'ok'
  change: ModelledChange = { stdout: 'moved\n', stderr: 'a warning\n', exitCode: 0, lastsMs: 700 }
  /** Has no room for a record. */
  isFull = false
  /** By how much this node's clock is ahead of ours. */
  skewMs = 0
  readonly #clock: FakeClock
  readonly #files = new Set<string>()
  readonly #entries = new Map<string, Entry>()
  #fence = 0

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  async execute(execution: Execution): Promise<ExecutionResult> {
    if (execution.signal.aborted) return notSent('cancelled', 'It was cancelled. Nothing was sent.')
    const [verb = '', fields] = this.#read(execution)
    this.asked.push(verb)
    const fate = this.fate(verb)
    if (fate === 'unsent') return notSent('unreachable', 'n1 refused the connection. Nothing was sent.')
    if (fate === 'no-runner') return exited(2, '', '/bin/sh: 0: cannot open runner')
    if (fate === 'ok') return await this.#delivered(execution, await this.#answer(verb, fields, execution), undefined)
    if (fate.lost === 'delayed') this.delayed.push(() => void this.#answer(verb, fields, execution))
    const reply = fate.lost === 'after' ? await this.#answer(verb, fields, execution) : Buffer.alloc(0)
    return await this.#delivered(execution, reply, fate.bytes)
  }

  async #delivered({ output }: Execution, reply: Buffer, cut: number | undefined): Promise<ExecutionResult> {
    const bytes = reply.subarray(0, cut === undefined ? reply.length : Math.min(cut, reply.length - 1))
    for (let at = 0; at < bytes.length; at += 7) await output?.('stdout', bytes.subarray(at, at + 7))
    if (cut === undefined) return exited(0)
    return broken('lost', 'The connection to n1 broke after the command was sent.')
  }

  #read({ script, call, stdin }: Execution): [string, Map<string, string>] {
    if (!call)
      return [
        'put',
        new Map([
          ['name', /mv -f "\$t" "\$d\/([^"]+)"/.exec(script)?.[1] ?? ''],
          ['sha', sha256(Buffer.from(stdin ?? []))],
        ]),
      ]
    const words = call
      .slice(2)
      .map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const)
    return [call[1] ?? '', new Map(words)]
  }

  async #answer(verb: string, fields: Map<string, string>, { signal }: Execution): Promise<Buffer> {
    const op = fields.get('op') ?? ''
    const number = (key: string): number => Number(fields.get(key) ?? 0)
    if (verb === 'put') {
      this.#files.add(fields.get('name') ?? '')
      return text('', `ha1 put ${fields.get('name')} ${Math.floor((this.#clock.now() + this.skewMs) / 1000)}`)
    }
    if (verb === 'fence') {
      this.#fence = Math.max(this.#fence, number('epoch'))
      return text(`ha1 fence ${this.#fence}`)
    }
    if (verb === 'list') {
      const ops = [...this.#entries.keys()].map(id => `${this.#line(id, 'op')} run=r1 number=7 step=move`)
      return text(...ops, `ha1 fence ${this.#fence}`, 'ha1 run run=r1 number=7 seq=3 head=abc')
    }
    if (verb === 'note') return text('ha1 noted')
    if (verb === 'purge') {
      this.purged.push(number('days'))
      return text('ha1 purged 0')
    }
    if (verb === 'tombstone' && !this.#entries.has(op) && !this.isFull) this.#enter(op, 'tombstoned')
    if (verb === 'stop') return this.#stop(op)
    if (verb === 'claim') this.#claim(op, fields)
    if (verb === 'claim' || verb === 'attach') await this.#follow(op, number('wait'), signal)
    const { out, err } = this.#printed(op)
    const frames = verb === 'tombstone' ? [] : [frame('out', number('out'), out), frame('err', number('err'), err)]
    return Buffer.concat([...frames, text(this.#line(op, 'state'))])
  }

  #claim(op: string, fields: Map<string, string>): void {
    if (this.#entries.has(op) || this.isFull) return
    if (this.#fence > Number(fields.get('epoch'))) return void this.#enter(op, 'fenced')
    if (this.#clock.now() + this.skewMs > Number(fields.get('notafter')) * 1000 + 999)
      return void this.#enter(op, 'late')
    if (!this.#files.has(`bundles/b-${fields.get('sha')}`)) return void this.#enter(op, 'refused', 'bundle')
    this.begun.push(op)
    this.#enter(op, 'running')
  }

  #stop(op: string): Buffer {
    const entry = this.#entries.get(op)
    this.#settle(op)
    if (entry?.state === 'running' && this.change.immortal) return text('ha1 stop alive one', this.#line(op, 'state'))
    if (entry?.state === 'running') Object.assign(entry, { state: 'done', signal: 'TERM', exitCode: 143 })
    return text(`ha1 stop ${entry ? 'gone' : 'absent'} all`, this.#line(op, 'state'))
  }

  async #follow(op: string, wait: number, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(op)
    const rest = entry?.state === 'running' ? entry.startedMs + this.change.lastsMs - this.#clock.monotonic() : 0
    if (rest > 0) await this.#clock.sleep(Math.min(rest, wait), signal)
    this.#settle(op)
  }

  #settle(op: string): void {
    const entry = this.#entries.get(op)
    if (entry?.state !== 'running' || this.change.immortal) return
    if (this.#clock.monotonic() >= entry.startedMs + this.change.lastsMs) entry.state = 'done'
  }

  interrupt(): void {
    for (const entry of this.#entries.values()) if (entry.state === 'running') entry.state = 'interrupted'
  }

  #enter(op: string, state: string, why = ''): void {
    this.#entries.set(op, {
      state,
      startedMs: this.#clock.monotonic(),
      exitCode: this.change.exitCode,
      signal: '',
      why,
    })
  }

  /** Half of the output is there from the beginning, the rest at the end. */
  #printed(op: string): { out: Buffer; err: Buffer } {
    const state = this.#entries.get(op)?.state
    const share = state === 'done' ? 1 : state === 'running' || state === 'interrupted' ? 0.5 : 0
    const half = (all: string): Buffer => Buffer.from(all).subarray(0, Math.floor(Buffer.byteLength(all) * share))
    return { out: half(this.change.stdout), err: half(this.change.stderr) }
  }

  #line(op: string, verb: 'state' | 'op'): string {
    const none = { state: 'absent', exitCode: 0, signal: '', why: this.isFull ? 'space' : '', startedMs: 0 }
    const { state, exitCode, signal, why, startedMs } = this.#entries.get(op) ?? none
    const isDone = state === 'done'
    const { out, err } = this.#printed(op)
    const now = Math.floor((this.#clock.now() + this.skewMs) / 1000)
    const started = now - Math.floor((this.#clock.monotonic() - startedMs) / 1000)
    const shas = isDone ? `outsha=${sha256(out)} errsha=${sha256(err)}` : 'outsha=- errsha=-'
    const exit = `rc=${isDone ? exitCode : '-'} sig=${signal || '-'} why=${why || '-'}`
    const times =
      state === 'absent'
        ? 'claimed=- started=- ended=-'
        : `claimed=${started} started=${started} ended=${isDone ? now : '-'}`
    return `ha1 ${verb} op=${op} state=${state} won=0 ${exit} epoch=3 ${times} pid=812 launcher=setsid out=${out.length} err=${err.length} ${shas} now=${now}`
  }
}

/** What a worker does its changes with on such a node. */
export function operationsOn(shell: NodeModel, clock: FakeClock): Operations {
  const log = { info: () => undefined, warn: () => undefined }
  const runner = Buffer.from('# the runner')
  return createOperations({ shell, clock, runner, inventory: { pvfs: pvfsCluster() }, log, random: () => 0.5 })
}

function text(...lines: string[]): Buffer {
  return Buffer.from([...lines, 'ha1 end', ''].join('\n'))
}

function frame(stream: 'out' | 'err', offset: number, all: Buffer): Buffer {
  const bytes = all.subarray(offset)
  if (bytes.length === 0) return Buffer.alloc(0)
  return Buffer.concat([Buffer.from(`ha1 data ${stream} ${offset} ${bytes.length}\n`), bytes, Buffer.from('\n')])
}
