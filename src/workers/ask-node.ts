import type { Answer, Answers, Query } from '../clusters/stacks/stack.ts'
import { bad, good, type Result } from '../problem.ts'
import { assembleScript } from '../runbooks/script.ts'
import type { Shell } from '../runs/ports.ts'
import { readJoint } from './joint-answer.ts'
import { jointScript } from './joint-question.ts'

export interface AskNode {
  readonly shell: Shell
  /**
   * Masks what nodes answer. Then the shell must be one that does not: an answer is told from the next by its length. Without it each query
   * is asked by itself.
   */
  readonly redact?: (text: string) => string
}

interface Place {
  readonly cluster: string
  readonly node: string
  readonly signal: AbortSignal
}

/** Beside the answers: their heads, stderr, what a profile prints. */
const BESIDE_BYTES = 1024 * 1024

/** Asks a node everything at once. One query without an answer, or an answer that is not whole, and the node has not answered. */
export async function askNode(parts: AskNode, queries: readonly Query[], place: Place): Promise<Result<Answers>> {
  const { redact } = parts
  return redact === undefined
    ? await askOneByOne(parts, queries, place)
    : masked(await askTogether(parts, queries, place), redact)
}

/** One exec: what a node needs to begin one takes longer than most of what is asked. It may take as long as the longest query. */
async function askTogether({ shell }: AskNode, queries: readonly Query[], place: Place): Promise<Result<Answers>> {
  const most = queries.reduce((sum, { maxBytes }) => sum + maxBytes, BESIDE_BYTES)
  const chunks: Buffer[] = []
  let bytes = 0
  const result = await shell.execute({
    ...place,
    script: jointScript(queries),
    timeoutMs: Math.max(...queries.map(({ timeoutMs }) => timeoutMs)),
    keepBytes: 0,
    output: (stream, chunk) => {
      if (stream === 'stdout' && (bytes += chunk.length) <= most) chunks.push(Buffer.from(chunk))
    },
  })
  if (result.kind !== 'exited') return silent(result.reason)
  if (bytes > most) return silent(`${place.node} answered more than is kept of an answer.`)
  const joint = readJoint(Buffer.concat(chunks), queries)
  if (joint.kind === 'whole') return good(joint.answers)
  return silent(`${place.node} did not answer in full: ${joint.detail}.`)
}

async function askOneByOne({ shell }: AskNode, queries: readonly Query[], place: Place): Promise<Result<Answers>> {
  const asked = queries.map(async ({ script, timeoutMs, maxBytes: keepBytes }) => {
    return await shell.execute({ ...place, script: assembleScript(script, {}), timeoutMs, keepBytes })
  })
  const answers: Record<string, Answer> = {}
  for (const [index, result] of (await Promise.all(asked)).entries()) {
    if (result.kind !== 'exited') return silent(result.reason)
    const { exitCode, stdout, stderr } = result
    const name = queries[index]?.name ?? ''
    answers[name] = { exitCode, stdout: stdout.text, stderr: stderr.text, truncated: stdout.truncated }
  }
  return good(answers)
}

function masked(answers: Result<Answers>, redact: (text: string) => string): Result<Answers> {
  if (!answers.ok) return bad(...answers.problems.map(each => ({ ...each, message: redact(each.message) })))
  const entries = Object.entries(answers.value).map(([name, { stdout, stderr, ...rest }]) => {
    return [name, { ...rest, stdout: redact(stdout), stderr: redact(stderr) }] as const
  })
  return good(Object.fromEntries(entries))
}

function silent(message: string): Result<Answers> {
  return bad({ code: 'node-silent', message })
}
