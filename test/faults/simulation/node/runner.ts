import { createHash } from 'node:crypto'
import type { Life } from '../life.ts'
import type { Arrived, Channel } from './channel.ts'
import { claim } from './claim.ts'
import { follow } from './follow.ts'
import type { SimulatedNode } from './node.ts'
import { absentLine, line, stateLine } from './reply.ts'
import { stop } from './stop.ts'

/** One call under way: `key=value` words, the process that serves it, and where the answer goes. */
export interface Call {
  readonly node: SimulatedNode
  readonly life: Life
  readonly channel: Channel
  readonly value: (key: string) => string
  /** Time passes between two steps, and the process may be gone by then. */
  readonly step: (low?: number, high?: number) => Promise<void>
}

const FILE = /\b(bundles\/b-[0-9a-f]{64}|runner-[0-9a-f]{12})\b/

/** deploy/node-runner.sh as its protocol has it, one step after the other. */
export async function runRunner(node: SimulatedNode, life: Life, arrived: Arrived, channel: Channel): Promise<void> {
  const { kernel, random } = node.parts
  const step = (low = 1, high = 8) =>
    new Promise<void>(resolve => kernel.in(random.int(low, high), () => life.give(resolve)))
  await step()
  const [path = '', verb = '', ...pairs] = arrived.words
  const values = new Map(pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
  const call: Call = { node, life, channel, step, value: key => values.get(key) ?? '' }
  if (path === '') await script(call, arrived)
  else if (!node.ledger.files.has(path.split('/').at(-1) ?? '')) {
    channel.stderr(Buffer.from(`sh: 0: cannot open ${path}: No such file\n`))
    channel.exit(127)
  } else await serve(call, verb)
  life.kill()
}

/** What comes as a script: a file to be put, or a question that changes nothing. */
async function script(call: Call, arrived: Arrived): Promise<void> {
  const { node, channel, step } = call
  const name = FILE.exec(arrived.script)?.[1]
  if (arrived.stdin && name) {
    await step()
    if (node.isDiskFull) {
      line(channel, 'unput write')
      line(channel, 'end')
      return channel.exit(1)
    }
    node.ledger.files.add(name)
    const sha = createHash('sha256').update(arrived.stdin).digest('hex')
    if (name === `bundles/b-${sha}`) node.ledger.bundles.set(sha, arrived.stdin)
    return end(call, `put ${name} ${node.seconds()}`)
  }
  channel.stdout(Buffer.from(`as expected at ${node.parts.kernel.now}\n`))
  channel.exit(0)
}

async function serve(call: Call, verb: string): Promise<void> {
  switch (verb) {
    case 'claim':
      return await claim(call)
    case 'attach':
      return await follow(call, false)
    case 'stop':
      return await stop(call)
    case 'tombstone':
      return await tombstone(call)
    case 'fence':
      call.node.ledger.fence = Math.max(call.node.ledger.fence, Number(call.value('epoch')))
      await call.step()
      return end(call, `fence ${call.node.ledger.fence}`)
    case 'note': {
      const { value } = call
      call.node.ledger.notes.set(value('run'), {
        number: value('number'),
        seq: Number(value('seq')),
        head: value('head'),
      })
      return end(call, 'noted')
    }
    case 'list':
      return list(call)
    case 'purge':
      return end(call, 'purged 0')
    default:
      call.channel.exit(2)
  }
}

async function tombstone(call: Call): Promise<void> {
  const { node, channel, value, life } = call
  const operation = value('op')
  const { ledger, isDiskFull, parts } = node
  const made = isDiskFull || parts.flaws.ignoresTombstone ? undefined : ledger.makeDirectory(operation, life)
  if (made) made.result = { state: 'tombstoned', at: node.seconds() }
  await call.step()
  const files = ledger.operations.get(operation)
  if (files) line(channel, stateLine(node, files, made !== undefined))
  else if (isDiskFull) line(channel, absentLine(node, operation, 'space'))
  // The planted defect: it says so, and keeps no record of it.
  else line(channel, absentLine(node, operation).replace('state=absent won=0', 'state=tombstoned won=1'))
  end(call)
}

function list(call: Call): void {
  const { node, channel } = call
  for (const files of node.ledger.operations.values()) {
    const { run = '-', number = '0', step = '-' } = files.claim ?? {}
    line(channel, `${stateLine(node, files, false).replace(/^state/, 'op')} run=${run} number=${number} step=${step}`)
  }
  line(channel, `fence ${node.ledger.fence}`)
  for (const [run, { number, seq, head }] of node.ledger.notes)
    line(channel, `run run=${run} number=${number} seq=${seq} head=${head}`)
  end(call)
}

function end({ channel }: Call, last?: string): void {
  if (last !== undefined) line(channel, last)
  line(channel, 'end')
  channel.exit(0)
}
