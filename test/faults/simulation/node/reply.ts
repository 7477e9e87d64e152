import { createHash } from 'node:crypto'
import type { Channel } from './channel.ts'
import { look, type OperationFiles } from './ledger.ts'
import type { SimulatedNode } from './node.ts'

export function line(channel: Channel, text: string): void {
  channel.stdout(Buffer.from(`ha1 ${text}\n`))
}

/** Of an operation that this node has no record of. */
export function absentLine(node: SimulatedNode, operation: string, why = '-'): string {
  const rest = 'epoch=- claimed=- started=- ended=- pid=- launcher=- out=0 err=0 outsha=- errsha=-'
  return `state op=${operation} state=absent won=0 rc=- sig=- why=${why} ${rest} now=${node.seconds()}`
}

/** `state op=… state=…`, as every reply about one operation ends. */
export function stateLine(node: SimulatedNode, files: OperationFiles, won: boolean): string {
  const found = look(files, node.boot, node.seconds())
  const { claim, started, result } = files
  const state = found === 'interrupted' && node.parts.flaws.saysDone ? 'done' : found
  const isDone = state === 'done'
  const fields = {
    op: files.operation,
    state,
    won: won ? '1' : '0',
    ...exitFields(isDone, result),
    epoch: String(claim?.epoch ?? '-'),
    claimed: String(claim?.at ?? '-'),
    started: String(started?.at ?? '-'),
    ended: String(result?.at ?? '-'),
    pid: String(started?.process.pid ?? '-'),
    launcher: started ? 'setsid' : '-',
    out: String(files.out.length),
    err: String(files.err.length),
    outsha: isDone ? sha256(files.out) : '-',
    errsha: isDone ? sha256(files.err) : '-',
    now: String(node.seconds()),
  }
  const words = Object.entries(fields).map(([key, value]) => `${key}=${value}`)
  return `state ${words.join(' ')}`
}

function exitFields(isDone: boolean, result: OperationFiles['result']): Record<'rc' | 'sig' | 'why', string> {
  const why = result?.why ?? '-'
  return isDone ? { rc: String(result?.exitCode ?? 0), sig: result?.signal || '-', why } : { rc: '-', sig: '-', why }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
