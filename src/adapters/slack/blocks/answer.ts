import { foldNames } from '../../../clusters/fold-names.ts'
import type { ExecutionState, RunState } from '../../../runs/state.ts'
import { statusText } from '../../../transcripts/status-text.ts'
import type { RunView } from '../../../transcripts/view.ts'
import { cut, cutHead } from '../limits.ts'
import { headline } from './card.ts'
import { bold, line, type Message, preformatted, type RichPart, rich, words } from './rich.ts'
import { stepParts } from './steps.ts'

const SHOWN_CHARACTERS = 2_200
const OUTPUTS = 3

/**
 * The answer of a run that only read. `status` is a table of nodes and groups; other runbooks show their steps and the end of what
 * they printed; the rest is in the transcript. `now` (ms) says how old a reading is.
 */
export function answer(state: RunState, view: RunView, now: number): Message {
  const asked = line(bold(`#${view.number}`), words(` · ${cut(view.asked, 200)}`))
  const warned = view.warnings.slice(0, 8).map(text => line(bold(`⚠ ${cut(text, 200)}`)))
  const next = (view.ending?.next ?? []).slice(0, 3).map(text => line(words(cut(text, 300))))
  return { text: headline(view), blocks: rich([asked, ...warned, ...body(state, view, now), ...next]) }
}

function body(state: RunState, view: RunView, now: number): RichPart[] {
  const status = state.finished?.status ?? state.status
  if (state.plan?.runbook.name === 'status' && status)
    return [preformatted(cut(statusText(status, now), SHOWN_CHARACTERS))]
  const steps = stepParts(view.steps, { tail: 600, width: 200, lines: 12 })
  return [line(bold(cut(view.title, 300))), ...steps, ...printed(state)]
}

/** What the last steps printed, the end of each; what several nodes printed alike is shown once, under all their names. */
function printed(state: RunState): RichPart[] {
  const speaking = Object.values(state.steps)
    .flatMap(step => alike(step.executions))
    .slice(-OUTPUTS)
  return speaking.flatMap(({ hosts, tail }) => [
    line(words(foldNames(hosts))),
    preformatted(cutHead(tail, Math.floor(SHOWN_CHARACTERS / speaking.length))),
  ])
}

interface Spoken {
  readonly hosts: string[]
  readonly tail: string
}

function alike(executions: readonly ExecutionState[]): readonly Spoken[] {
  const byOutput = new Map<string, Spoken>()
  for (const { host, stdout } of executions) {
    if (!stdout?.tail.trim()) continue
    const known = byOutput.get(stdout.sha256)
    if (known) known.hosts.push(host)
    else byOutput.set(stdout.sha256, { hosts: [host], tail: stdout.tail.trimEnd() })
  }
  return [...byOutput.values()]
}
