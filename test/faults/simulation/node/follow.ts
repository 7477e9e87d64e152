import type { OperationFiles } from './ledger.ts'
import { look } from './ledger.ts'
import { absentLine, line, stateLine } from './reply.ts'
import type { Call } from './runner.ts'

const FIRST_POLL_MS = 20
const LAST_POLL_MS = 400

/** Prints what an operation has printed, from the offsets that are asked for, until it is over or `wait` is. */
export async function follow(call: Call, won: boolean): Promise<void> {
  const { node, channel, value } = call
  const operation = value('op')
  const files = node.ledger.operations.get(operation)
  if (!files) {
    line(channel, absentLine(node, operation))
    line(channel, 'end')
    return channel.exit(0)
  }
  const printed = { out: Number(value('out') || 0), err: Number(value('err') || 0) }
  const until = node.parts.kernel.now + Number(value('wait') || 0)
  for (let poll = FIRST_POLL_MS; ; poll = Math.min(LAST_POLL_MS, poll * 2)) {
    const state = look(files, node.boot, node.seconds())
    send(call, files, printed)
    if ((state !== 'running' && state !== 'claimed') || node.parts.kernel.now >= until) break
    await call.step(poll, poll)
  }
  line(channel, stateLine(node, files, won))
  line(channel, 'end')
  channel.exit(0)
}

function send({ channel }: Call, files: OperationFiles, printed: { out: number; err: number }): void {
  for (const stream of ['out', 'err'] as const) {
    const bytes = files[stream].subarray(printed[stream])
    if (bytes.length === 0) continue
    line(channel, `data ${stream} ${printed[stream]} ${bytes.length}`)
    channel.stdout(Buffer.concat([bytes, Buffer.from('\n')]))
    printed[stream] += bytes.length
  }
}
