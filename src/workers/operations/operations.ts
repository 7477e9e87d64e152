import type { Inventory } from '../../clusters/inventory.ts'
import { entry } from '../../clusters/lookup.ts'
import type { NodeAnswer, OperationEnd, Operations } from '../../runs/operations.ts'
import type { Clock, Shell } from '../../runs/ports.ts'
import { notRun } from './ends.ts'
import { type Inquiry, inquire } from './inquire.ts'
import { Pursuit } from './pursuit.ts'
import type { ReplyLine } from './reply-reader.ts'
import { RunnerLine } from './runner-line.ts'
import { ledgerOf } from './state-line.ts'

export interface OperationsLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

export interface OperationsParts {
  readonly shell: Shell
  readonly clock: Clock
  /** The text of the node-side runner. */
  readonly runner: Uint8Array
  readonly inventory: Inventory
  readonly log: OperationsLog
  readonly random?: () => number
}

/** Changes on nodes, at most once each, by the runner on the node (docs/node-runner.md). Nothing is sent before the first of them. */
export function createOperations({
  shell,
  clock,
  runner,
  inventory,
  log,
  random = Math.random,
}: OperationsParts): Operations {
  const placed = new Set<string>()

  function lineTo(cluster: string, node: string): RunnerLine | undefined {
    const ledger = entry(inventory, cluster)?.ssh.ledger
    return ledger === undefined ? undefined : new RunnerLine({ shell, runner, placed }, { cluster, node, ledger })
  }

  async function asked<T>(
    place: { readonly cluster: string; readonly node: string },
    question: Inquiry<T>,
    signal: AbortSignal,
  ): Promise<NodeAnswer<T>> {
    const line = lineTo(place.cluster, place.node)
    if (!line) return { ok: false, reason: noCluster(place.cluster) }
    return await inquire(line, question, { clock, random, signal })
  }

  return {
    async perform(order, following) {
      const line = lineTo(order.cluster, order.node)
      if (!line) return notRun('unknown-node', `${noCluster(order.cluster)} Nothing was sent.`)
      if (!canBeSent(order.script)) return notRun('too-large', NOT_TEXT)
      const about = { cluster: order.cluster, node: order.node, operation: order.operation }
      log.info({ ...about, mode: following.mode }, 'a change begins to be carried out')
      const end = await new Pursuit(order, following, { line, clock, random }).end()
      log.info({ ...about, ...outline(end) }, 'a change is no longer followed')
      return end
    },
    fence: async (cluster, node, epoch, signal) => {
      const read = (lines: readonly ReplyLine[]) =>
        trueIf(lines.some(({ verb, words }) => verb === 'fence' && Number(words[0]) >= epoch))
      return await asked({ cluster, node }, { verb: 'fence', fields: { epoch }, read }, signal)
    },
    witness: async (place, { run, number, seq, head }, signal) => {
      const read = (lines: readonly ReplyLine[]) => trueIf(lines.some(({ verb }) => verb === 'noted'))
      return await asked(place, { verb: 'note', fields: { run, number, seq, head: head || '-' }, read }, signal)
    },
    ledger: async (cluster, node, signal) =>
      await asked({ cluster, node }, { verb: 'list', fields: {}, read: ledgerOf }, signal),
  }
}

const NOT_TEXT = 'The script has a NUL byte or half a character, which no shell reads. Nothing was sent.'

function canBeSent(script: string): boolean {
  return !script.includes('\0') && !/[\uD800-\uDFFF]/u.test(script)
}

function trueIf(is: boolean): true | undefined {
  return is ? true : undefined
}

function noCluster(name: string): string {
  return `There is no cluster ${name} in the configuration.`
}

/** What the log says of an end; never output, and never the script. */
function outline(end: OperationEnd): Readonly<Record<string, unknown>> {
  if (end.kind === 'detached') return { end: end.kind }
  if (end.kind === 'not-run') return { end: end.kind, code: end.code }
  const { kind, record, durationMs, stdout, stderr } = end
  return { end: kind, record, durationMs: Math.round(durationMs), bytes: stdout.bytes + stderr.bytes }
}
