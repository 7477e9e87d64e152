import type { Answer, Answers, Query } from '../clusters/stacks/stack.ts'
import { JOINT_BEGIN, JOINT_END } from './joint-question.ts'

export type JointAnswer =
  | { readonly kind: 'whole'; readonly answers: Answers }
  /** `detail`: where it stops being a joint answer. Nothing of it counts. */
  | { readonly kind: 'broken'; readonly detail: string }

const HEAD = /^ha1 answer ([a-z][a-z0-9-]*) (\d{1,10})$/
/** The last bytes of an answer; written last, so nothing that was printed can be taken for it. */
const TAIL = / (\d{1,3}) (\d{1,10})$/
const LONGEST_TAIL = ' 255 9999999999'.length
const LONGEST_HEAD = 200

/**
 * Reads what `jointScript` printed. Each query must have answered exactly once, up to the last line and nothing after it: a status is read
 * from a whole answer or not at all. What stands before the first line of ours is noise of profiles.
 */
export function readJoint(said: Buffer, queries: readonly Pick<Query, 'name' | 'maxBytes'>[]): JointAnswer {
  const begin = said.indexOf(`\n${JOINT_BEGIN}\n`)
  if (begin < 0) return broken('it does not begin')
  let at = begin + JOINT_BEGIN.length + 2
  const answers = new Map<string, Answer>()
  while (answers.size < queries.length) {
    const found = readAnswer(said, at)
    if (typeof found === 'string') return broken(found)
    const query = queries.find(({ name }) => name === found.name)
    if (!query || answers.has(found.name)) return broken(`"${found.name}" was not asked, or answers twice`)
    answers.set(found.name, answerOf(found, query.maxBytes))
    at = found.next
  }
  const isWhole = said.subarray(at).equals(Buffer.from(`${JOINT_END}\n`))
  return isWhole ? { kind: 'whole', answers: Object.fromEntries(answers) } : broken('it does not end where it should')
}

interface Found {
  readonly name: string
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: Buffer
  /** Where the next one begins. */
  readonly next: number
}

/** The answer at `at`, or why there is none. */
function readAnswer(said: Buffer, at: number): Found | string {
  const newline = said.subarray(at, at + LONGEST_HEAD).indexOf('\n')
  const head = newline < 0 ? null : HEAD.exec(said.toString('latin1', at, at + newline))
  const [, name = '', length = ''] = head ?? []
  if (!head) return `no answer begins at byte ${at}`
  const from = at + newline + 1
  const until = from + Number(length)
  if (said[until] !== NEWLINE) return `the answer to "${name}" is cut off, or not as long as it says`
  const body = said.subarray(from, until)
  const tail = TAIL.exec(body.toString('latin1', Math.max(0, body.length - LONGEST_TAIL)))
  const [all = '', exitCode = '', stderrBytes = ''] = tail ?? []
  const stderrAt = body.length - all.length - Number(stderrBytes)
  if (!tail || stderrAt < 0) return `the answer to "${name}" does not tell how it ended`
  const stderr = body.subarray(stderrAt, body.length - all.length)
  return { name, exitCode: Number(exitCode), stdout: body.subarray(0, stderrAt), stderr, next: until + 1 }
}

const NEWLINE = 0x0a

function answerOf({ exitCode, stdout, stderr }: Found, maxBytes: number): Answer {
  const text = (bytes: Buffer): string => bytes.toString('utf8', 0, Math.min(bytes.length, maxBytes))
  return { exitCode, stdout: text(stdout), stderr: text(stderr), truncated: stdout.length > maxBytes }
}

function broken(detail: string): JointAnswer {
  return { kind: 'broken', detail }
}
