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
  const tidied = new Map<string, number>()

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

  /** Once a day and node: entries whose deadline passed a month ago are cleared away. That it fails is no news. */
  async function tidy(place: { readonly cluster: string; readonly node: string }, signal: AbortSignal): Promise<void> {
    const key = `${place.cluster} ${place.node}`
    if (clock.now() - (tidied.get(key) ?? 0) < DAY_MS) return
    tidied.set(key, clock.now())
    const read = (lines: readonly ReplyLine[]) => trueIf(lines.some(({ verb }) => verb === 'purged'))
    await asked(place, { verb: 'purge', fields: { days: KEEP_DAYS }, read }, signal)
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
      const fields = { run, number, seq, head: head || '-' }
      const answer = await asked(place, { verb: 'note', fields, read }, signal)
      if (answer.ok) await tidy(place, signal)
      return answer
    },
    ledger: async (cluster, node, signal) =>
      await asked({ cluster, node }, { verb: 'list', fields: {}, read: ledgerOf }, signal),
  }
}

const DAY_MS = 24 * 3_600_000
/** Behind its deadline: a request that comes later is refused by the clock alone. */
const KEEP_DAYS = 30

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
