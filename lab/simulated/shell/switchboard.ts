import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { join, resolve } from 'node:path'
import type { ToolCall, ToolReply } from '../stack-model.ts'
import type { LoggedCall } from './call-log.ts'
import { quoted } from './quoted.ts'

export interface Switchboard {
  readonly calls: string
  readonly requests: string
  readonly log: LoggedCall[]
  close(): void
}

/** Answers one call; what it throws is a bug in the model and becomes exit 70 with its text. */
export type Answerer = (call: ToolCall) => Promise<ToolReply>

/** Where the shims on all nodes meet the model: one named pipe for requests, one small folder for what is said. */
export function openSwitchboard(folder: string, answer: Answerer): Switchboard {
  const calls = join(folder, 'calls')
  const requests = join(folder, 'requests')
  mkdirSync(calls, { mode: 0o700, recursive: true })
  execFileSync('mkfifo', ['-m', '600', requests])
  const log: LoggedCall[] = []
  // Both ends held here: the pipe never ends, and reading it takes no thread.
  const socket = new Socket({
    fd: openSync(requests, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  })
  let closed = false
  let rest = ''
  socket.on('data', chunk => {
    const lines = `${rest}${chunk.toString('utf8')}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) void take(line)
  })
  socket.on('error', () => socket.destroy())

  async function take(line: string): Promise<void> {
    if (line.startsWith('done ')) return rmSync(`${join(calls, line.slice(5))}.reply`, { force: true })
    const call = readCall(join(calls, line), line.slice(0, line.lastIndexOf('.')))
    if (!call) return
    const entry: LoggedCall = {
      node: call.node,
      argv: [call.tool, ...call.args],
      cibFile: call.cibFile,
      at: Date.now(),
      exitCode: undefined,
    }
    if (call.origin === '') log.push(entry)
    const reply = await answer(call).catch(brokenModel)
    entry.exitCode = reply.exitCode
    if (!closed) sendReply(join(calls, line), line, requests, reply)
  }

  return {
    calls,
    requests,
    log,
    close() {
      closed = true
      socket.destroy()
    },
  }
}

function brokenModel(error: unknown): ToolReply {
  return {
    exitCode: 70,
    stdout: '',
    stderr: `the model failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  }
}

/** What the shim wrote; undefined when it is already gone. */
function readCall(base: string, node: string): (ToolCall & { readonly origin: string }) | undefined {
  try {
    const [origin = '', cwd = '', cibFile = '', tool = '', ...args] = readFileSync(`${base}.args`, 'utf8')
      .split('\0')
      .slice(0, -1)
    const file = cibFile === '' ? '' : resolve(cwd, cibFile)
    return { node, tool, args, cwd, cibFile: file, origin, stdin: readIfThere(`${base}.stdin`) }
  } catch {
    return undefined
  } finally {
    rmSync(`${base}.args`, { force: true })
    rmSync(`${base}.stdin`, { force: true })
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Leaves the reply and wakes the shim. A shim that was killed meanwhile is not waiting: nothing is left for it. */
function sendReply(base: string, name: string, requests: string, reply: ToolReply): void {
  const script = [
    `printf '%s\\n' ${quoted(`done ${name}`)} 1<>${quoted(requests)}`,
    `printf '%s' ${quoted(reply.stdout)}`,
    `printf '%s' ${quoted(reply.stderr)} >&2`,
    `exit ${reply.exitCode}`,
    '',
  ].join('\n')
  try {
    writeFileSync(`${base}.reply`, script, { mode: 0o600 })
    const wake = openSync(`${base}.wake`, constants.O_WRONLY | constants.O_NONBLOCK)
    writeSync(wake, 'answered\n')
    closeSync(wake)
  } catch {
    rmSync(`${base}.reply`, { force: true })
  }
  rmSync(`${base}.wake`, { force: true })
}
