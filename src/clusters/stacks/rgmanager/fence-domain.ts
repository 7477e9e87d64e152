import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { notUnderstood } from '../xml.ts'
import { linesOf, whose } from './answers.ts'

export interface FenceDomain {
  /** Ids of nodes that are to be fenced and have not been. */
  readonly victims: readonly number[]
  readonly victimCount: number
  /** `none`, `quorum`, `messages` or `fencing`. */
  readonly waitState: string
  /** Id of the member that does the fencing; 0 when there is none. */
  readonly master: number
}

/** `fence_tool ls -n` (ha-stacks.md §7). */
export function readFenceDomain(answers: Answers, context: ReadingContext): Result<FenceDomain> {
  const lines = linesOf('fence', answers, context)
  if (!lines.ok) return lines
  const victimCount = after(lines.value, 'victim count')
  const waitState = after(lines.value, 'wait state')
  if (victimCount === undefined || !/^\d+$/.test(victimCount) || waitState === undefined)
    return bad(notUnderstood(whose('fence', context), 'it names no victim count or no wait state'))
  const victims = lines.value.flatMap(line => {
    const id = /^nodeid (\d+) member \d+ victim 1 /.exec(line)?.[1]
    return id === undefined ? [] : [Number(id)]
  })
  const master = Number(after(lines.value, 'master nodeid') ?? 0)
  return good({ victims, victimCount: Number(victimCount), waitState, master })
}

function after(lines: readonly string[], words: string): string | undefined {
  return lines
    .find(line => line.startsWith(`${words} `))
    ?.slice(words.length)
    .trim()
}
