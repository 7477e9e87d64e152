import { follow } from './follow.ts'
import type { OperationFiles } from './ledger.ts'
import { absentLine, line } from './reply.ts'
import type { Call } from './runner.ts'
import { launch } from './wrapper.ts'

/** Claim first, look at the fence then: whoever raises the fence looks at the claims afterwards (ssh-and-remote-execution.md §3.4). */
export async function claim(call: Call): Promise<void> {
  const { node, value, channel } = call
  const operation = value('op')
  const { ledger, parts } = node
  if (parts.flaws.claimsInTwoSteps && !ledger.operations.has(operation)) {
    await call.step(5, 400)
    const other = ledger.operations.get(operation)
    if (other) launch(node, other, value('sha'))
  }
  if (ledger.operations.has(operation)) {
    const there = ledger.operations.get(operation)
    if (there && parts.flaws.startsAgain && !there.started) launch(node, there, value('sha'))
    return await follow(call, false)
  }
  if (node.isDiskFull) {
    line(channel, absentLine(node, operation, 'refused', 'space'))
    line(channel, 'end')
    return channel.exit(0)
  }
  const files = ledger.makeDirectory(operation)
  if (!files) return await follow(call, false)
  parts.history.note(node.name, `${operation} is claimed`)
  await call.step()
  files.claim = {
    epoch: Number(value('epoch')),
    boot: node.boot,
    claimer: call.life,
    at: node.seconds(),
    notAfter: Number(value('notafter')),
    run: value('run'),
    number: value('number'),
    step: value('step'),
  }
  await call.step()
  refuse(call, files)
  if (!files.result) {
    await call.step(1, 30)
    launch(node, files, value('sha'))
  } else parts.history.note(node.name, `${operation} is refused: ${files.result.state}`)
  await follow(call, true)
}

/** Writes down why it may not run, if it may not. */
function refuse({ node, value }: Call, files: OperationFiles): void {
  const { ledger, parts } = node
  const at = node.seconds()
  const epoch = Number(value('epoch'))
  if (ledger.fence > epoch && !parts.flaws.ignoresFence) files.result = { state: 'fenced', at }
  else if (at > Number(value('notafter'))) files.result = { state: 'late', at }
  else if (!ledger.bundles.has(value('sha'))) files.result = { state: 'refused', why: 'bundle', at }
  else if (node.isDiskFull) files.result = { state: 'refused', why: 'space', at }
  else ledger.fence = Math.max(ledger.fence, epoch)
  if (value('head') !== '' && value('seq') !== '') {
    const { run, number, seq, head } = { run: value('run'), number: value('number'), seq: Number(value('seq')), head: value('head') }
    if ((ledger.notes.get(run)?.seq ?? 0) < seq) ledger.notes.set(run, { number, seq, head })
  }
}
