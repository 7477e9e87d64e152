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
  if (parts.flaws.claimsInTwoSteps) return await claimInTwoSteps(call)
  if (ledger.operations.has(operation)) return await follow(call, false)
  if (node.isDiskFull) {
    line(channel, absentLine(node, operation, 'space'))
    line(channel, 'end')
    return channel.exit(0)
  }
  await call.step()
  const files = ledger.makeDirectory(operation, call.life)
  if (!files) return await follow(call, false)
  parts.history.note(node.name, `${operation} is claimed`)
  parts.onMoment('claimed')
  await call.step()
  await begin(call, files)
  await follow(call, true)
}

async function begin(call: Call, files: OperationFiles): Promise<void> {
  const { node } = call
  writeClaim(call, files)
  await call.step()
  refuse(call, files)
  if (!files.result) {
    await call.step(1, 30)
    launch(node, files, call.value('sha'))
  }
  if (files.result) node.parts.history.note(node.name, `${files.operation} is refused: ${files.result.state}`)
}

function writeClaim({ node, value }: Call, files: OperationFiles): void {
  const { ledger } = node
  const [run, number, seq, head] = [value('run'), value('number'), Number(value('seq')), value('head')]
  files.claim = {
    ...{ run, number, step: value('step'), boot: node.boot, at: node.seconds() },
    epoch: Number(value('epoch')),
    notAfter: Number(value('notafter')),
  }
  if (head !== '-' && (ledger.notes.get(run)?.seq ?? 0) < seq) ledger.notes.set(run, { number, seq, head })
}

/** Writes down why it may not run, if it may not. */
function refuse({ node, value }: Call, files: OperationFiles): void {
  const { ledger, parts } = node
  const at = node.seconds()
  const epoch = Number(value('epoch'))
  if (node.isDiskFull) files.result = { state: 'refused', why: 'space', at }
  else if (ledger.fence > epoch && !parts.flaws.ignoresFence) files.result = { state: 'fenced', at }
  else if (at > Number(value('notafter')) && !parts.flaws.ignoresDeadline) files.result = { state: 'late', at }
  else if (!ledger.bundles.has(value('sha'))) files.result = { state: 'refused', why: 'bundle', at }
  else ledger.fence = Math.max(ledger.fence, epoch)
}

/** The planted defect: whether it is there is asked first, and it is made some time later, whatever happened in between. */
async function claimInTwoSteps(call: Call): Promise<void> {
  const { node, value } = call
  const { operations } = node.ledger
  const known = operations.get(value('op'))
  if (known) return await follow(call, false)
  await call.step(5, 400)
  operations.delete(value('op'))
  const files = node.ledger.makeDirectory(value('op'), call.life)
  if (files) await begin(call, files)
  await follow(call, true)
}
