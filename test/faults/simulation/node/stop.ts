import { stateOf } from './ledger.ts'
import { absentLine, line, stateLine } from './reply.ts'
import type { Call } from './runner.ts'

/** TERM to the process group, KILL after `grace`; `gone` is only said of what is gone. */
export async function stop(call: Call): Promise<void> {
  const { node, channel, value } = call
  const operation = value('op')
  const files = node.ledger.operations.get(operation)
  if (!files) {
    line(channel, 'stop absent nothing')
    line(channel, absentLine(node, operation))
  } else {
    const said = stateOf(files, node.boot) === 'running' ? await ended(call, operation) : 'gone already'
    line(channel, `stop ${said}`)
    line(channel, stateLine(node, files, false))
  }
  line(channel, 'end')
  channel.exit(0)
}

async function ended({ node, value, step }: Call, operation: string): Promise<string> {
  const files = node.ledger.operations.get(operation)
  const { random } = node.parts
  if (!files) return 'absent nothing'
  // In uninterruptible sleep: a hanging disk, a dead NFS server.
  if (random.chance(0.1)) {
    await step(Number(value('grace') || 0), Number(value('grace') || 0) + 100)
    return stateOf(files, node.boot) === 'running' ? 'alive stuck' : 'gone late'
  }
  const heeds = random.chance(0.8)
  await step(heeds ? 5 : Number(value('grace') || 0), heeds ? 200 : Number(value('grace') || 0) + 50)
  if (stateOf(files, node.boot) === 'running') files.started?.process.signal(heeds ? 'TERM' : 'KILL')
  return heeds ? 'gone term' : 'gone kill'
}
