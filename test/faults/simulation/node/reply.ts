import { createHash } from 'node:crypto'
import type { Channel } from './channel.ts'
import { type OperationFiles, stateOf } from './ledger.ts'
import type { SimulatedNode } from './node.ts'

/** Of an operation that this node has no record of. */
export function absentLine(node: SimulatedNode, operation: string, state = 'absent', why = '-'): string {
  const rest = 'epoch=0 claimed=- started=- ended=- pid=- launcher=- out=0 err=0 outsha=- errsha=-'
  return `state op=${operation} state=${state} won=0 rc=- sig=- why=${why} ${rest} now=${node.seconds()}`
}

export function line(channel: Channel, text: string): void {
  channel.stdout(Buffer.from(`ha1 ${text}\n`))
}

/** `state op=… state=…`, as every reply about one operation ends. */
export function stateLine(node: SimulatedNode, files: OperationFiles, won: boolean): string {
  const { claim, started, result } = files
  const found = stateOf(files, node.boot)
  const state = found === 'interrupted' && node.parts.flaws.saysDone ? 'done' : found
  const isDone = state === 'done'
  const exit = result?.state === 'done' ? result : { exitCode: 0, signal: '' }
  const fields = {
    op: files.operation,
    state,
    won: won ? '1' : '0',
    rc: isDone ? String(exit.exitCode) : '-',
    sig: isDone && exit.signal ? exit.signal : '-',
    why: result?.state === 'refused' ? result.why : '-',
    epoch: String(claim?.epoch ?? 0),
    claimed: String(claim?.at ?? result?.at ?? node.seconds()),
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
  return `state ${Object.entries(fields).map(([key, value]) => `${key}=${value}`).join(' ')}`
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
