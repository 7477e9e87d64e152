import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { type Reply, readReply } from './reply.ts'
import type { ShellName } from './shells.ts'

export const RUNNER = fileURLToPath(new URL('../../../deploy/node-runner.sh', import.meta.url))

type Fields = Readonly<Record<string, string | number>>

export interface Bundle {
  readonly sha: string
  /** `<cksum>-<bytes>` */
  readonly sum: string
}

/** A request under way, as if over SSH. */
export interface Request {
  readonly pid: number
  readonly reply: Promise<Reply>
  /** Ends the link, as sshd does: the process on the node stays, and nobody reads what it says. The reply is then what came until now. */
  cut(): void
}

export interface NodeOptions {
  /** Further environment of every request, given the folder of the node. */
  readonly env?: (folder: string) => Readonly<Record<string, string>>
  /** Where the ledger is made; default: the folder for temporary files. */
  readonly under?: string
}

/** A node made of a folder: a ledger with the runner in it, and a shell to call it. */
export class Node {
  readonly folder: string
  readonly ledger: string
  readonly #shell: ShellName
  readonly #mark = `HA_TEST_NODE=${randomUUID()}`
  readonly #env: Readonly<Record<string, string>>

  constructor(shell: ShellName, { env = () => ({}), under = tmpdir() }: NodeOptions = {}) {
    this.folder = mkdtempSync(join(under, 'ha-node-'))
    this.ledger = join(this.folder, 'ledger')
    this.#shell = shell
    this.#env = env(this.folder)
    mkdirSync(join(this.ledger, 'bundles'), { recursive: true })
    cpSync(RUNNER, join(this.ledger, 'runner-0123456789ab'))
    // There from the beginning, so that a full disk cannot hide an execution.
    writeFileSync(join(this.folder, 'executions'), '')
  }

  /** Puts a script as PUT does. */
  put(script: string | Buffer): Bundle {
    const bytes = Buffer.from(script)
    const sha = sha256(bytes)
    writeFileSync(join(this.ledger, 'bundles', `b-${sha}`), bytes)
    const [crc, length] = execFileSync('cksum', { input: bytes, encoding: 'utf8' }).split(/\s+/)
    return { sha, sum: `${crc}-${length}` }
  }

  /** A script that writes itself into a list of executions which no code of ours reads or writes, and then does something. */
  counted(op: string, script = ''): Bundle {
    return this.put(`echo ${op} >>'${this.folder}/executions'\n${script}`)
  }

  executions(op: string): number {
    const file = join(this.folder, 'executions')
    return existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter(line => line === op).length
      : 0
  }

  claimFields(op: string, bundle: Bundle, over: Fields = {}): Fields {
    const notafter = Math.floor(Date.now() / 1000) + 600
    return {
      op,
      ...bundle,
      epoch: 1,
      notafter,
      run: '01JD0000000000000000000042',
      number: 42,
      step: 'move',
      seq: 7,
      head: 'ab12',
      wait: 60_000,
      ...over,
    }
  }

  async claim(op: string, bundle: Bundle, over: Fields = {}): Promise<Reply> {
    return await this.ask('claim', this.claimFields(op, bundle, over))
  }

  async attach(op: string, over: Fields = {}): Promise<Reply> {
    return await this.ask('attach', { op, out: 0, err: 0, wait: 60_000, ...over })
  }

  async ask(verb: string, fields: Fields = {}): Promise<Reply> {
    const reply = await this.begin(verb, fields).reply
    if (!reply.isWhole) throw new Error(`${verb} was answered in part: ${reply.text}`)
    return reply
  }

  begin(verb: string, fields: Fields): Request {
    const words = Object.entries(fields).map(([key, value]) => `${key}=${value}`)
    const { child, output } = this.run([join(this.ledger, 'runner-0123456789ab'), verb, ...words])
    const reply = output.then(readReply)
    // Whoever cuts a request does not have to look at its reply.
    reply.catch(() => undefined)
    return { pid: child.pid ?? 0, reply, cut: () => void child.stdout?.destroy() }
  }

  /** Calls the shell; stderr counts as noise. */
  run(args: readonly string[], cwd = this.folder): { readonly child: ChildProcess; readonly output: Promise<Buffer> } {
    const [program = '', ...first] = this.#shell.split(' ')
    const env = {
      ...process.env,
      HOME: this.folder,
      HA_RUNNER_SH: this.#shell,
      ...this.#env,
      ...Object.fromEntries([this.#mark.split('=')]),
    }
    const child = spawn(program, [...first, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] })
    const pieces: Buffer[] = []
    child.stdout.on('data', piece => pieces.push(piece))
    return { child, output: once(child.stdout, 'close').then(() => Buffer.concat(pieces)) }
  }

  file(op: string, name: string): string {
    return join(this.ledger, 'ops', op, name)
  }

  /** What was started here and is still there, by the mark in its environment. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .filter(pid => textOf(`/proc/${pid}/environ`).split('\0').includes(this.#mark))
      .map(Number)
  }

  close(): void {
    for (const pid of this.processes()) endProcess(pid)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A node for one chapter of tests; it goes with everything that was started on it. */
export function nodeFor(shell: ShellName, options?: NodeOptions): Node {
  const node = new Node(shell, options)
  afterAll(() => node.close())
  return node
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Whether a process is there and not just waiting for somebody to take notice of its end. */
export function lives(pid: number): boolean {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

export function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Looks every 10 ms until it is so; a minute is more than any of this takes. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const began = Date.now(); !isSo(); await new Promise(resolve => setTimeout(resolve, 10)))
    if (Date.now() - began > 60_000) throw new Error(`not so after a minute: ${what}`)
}
