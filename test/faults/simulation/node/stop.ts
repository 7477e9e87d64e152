import { look, type OperationFiles, preventStart, stateOf } from './ledger.ts'
import { absentLine, line, stateLine } from './reply.ts'
import type { Call } from './runner.ts'

/** TERM to the process group, KILL after `grace`; `gone` is only said of what is gone. */
export async function stop(call: Call): Promise<void> {
  const { node, channel, value } = call
  const operation = value('op')
  const files = node.ledger.operations.get(operation)
  line(channel, `stop ${files ? await ended(call, files) : 'absent -'}`)
  line(channel, files ? stateLine(node, files, false) : absentLine(node, operation))
  line(channel, 'end')
  channel.exit(0)
}

async function ended(call: Call, files: OperationFiles): Promise<string> {
  const { node } = call
  const state = look(files, node.boot, node.seconds())
  if (state === 'claimed' && preventStart(files, node.seconds(), 'stopped')) return 'gone unstarted'
  if (state === 'claimed') return 'alive claimed'
  return state === 'running' ? await signalled(call, files) : 'gone before'
}

async function signalled({ node, value, step }: Call, files: OperationFiles): Promise<string> {
  const { random } = node.parts
  const grace = Number(value('grace'))
  const isRunning = () => stateOf(files, node.boot) === 'running'
  // In uninterruptible sleep: a hanging disk, a dead NFS server.
  if (random.chance(0.1)) {
    await step(grace, grace + 3500)
    return isRunning() ? 'alive left' : 'gone before'
  }
  const heeds = random.chance(0.8)
  await step(heeds ? 5 : grace, heeds ? 200 : grace + 1000)
  if (!isRunning()) return 'gone before'
  files.started?.process.signal(heeds ? 'TERM' : 'KILL')
  return heeds ? 'gone ended' : 'gone killed'
}
