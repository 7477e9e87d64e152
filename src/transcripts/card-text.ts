import { problemText } from '../problem.ts'
import { durationText } from '../runbooks/duration.ts'
import { columns } from './columns.ts'
import { printable } from './printable.ts'
import { clockText, stopwatchText } from './times.ts'
import { type CommandView, type Fact, MARKS, type RunView, STEP_MARKS, type StepView } from './view.ts'

const LABEL_WIDTH = 16

/** A run's card as plain text: what a terminal shows, and what goldens hold. */
export function cardText(view: RunView): string {
  const time = view.mark === 'waiting' ? `${clockText(view.askedAt)} UTC` : stopwatchText(view.elapsedMs)
  const head = `${MARKS[view.mark]}  ${view.title}  ·  #${view.number}${view.cluster ? ` · ${view.cluster}` : ''} · ${time}`
  const blocks = [
    [
      head,
      ...view.warnings.map(warning => `   ⚠ ${warning}`),
      ...view.notes.map(note => `   ! ${note}`),
      ...view.evidence.map(line => indent(line)),
      `   ${view.asked}`,
      ...view.decisions.map(line => `   ${line}`),
    ],
    view.gate || view.mark === 'planning' ? factLines(view.facts) : [],
    view.gate ? view.commands.flatMap(commandLines) : [],
    view.gate ? [] : stepLines(view.steps),
    endingLines(view),
    view.problems.map(problem => indent(problemText(problem))),
  ]
  const text = blocks
    .filter(block => block.length > 0)
    .map(block => block.join('\n'))
    .join('\n\n')
  return printable(text)
}

function factLines(facts: readonly Fact[]): string[] {
  return facts.flatMap(({ label, lines }) =>
    label.length < LABEL_WIDTH
      ? lines.map((line, i) => `   ${(i === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`)
      : [`   ${label}`, ...lines.map(line => `   ${' '.repeat(LABEL_WIDTH)}${line}`)],
  )
}

function commandLines(command: CommandView): string[] {
  const values = Object.entries(command.values).map(([name, value]) => `${name}=${value}`)
  const notes = [
    placesText(command),
    `${command.change}`,
    `at most ${durationText(command.timeoutMs)}`,
    ...(command.onlyIf ? [`only if ${command.onlyIf}`] : []),
    ...(command.undo ? [`undo: ${command.undo}`] : []),
  ]
  return [
    `   ${command.step} · ${notes.join(' · ')}`,
    indent(`$ ${command.source}`, 5),
    ...(values.length > 0 ? [`       ${values.join(' ')}`] : []),
  ]
}

/** Where a change is carried out, and in which order. */
export function placesText({ hosts, inTurn }: CommandView): string {
  return hosts.join(inTurn ? ', then ' : ', ')
}

function stepLines(steps: readonly StepView[]): string[] {
  const rows = steps.map(step => [
    `   ${STEP_MARKS[step.mark]} ${step.name}`,
    step.hosts,
    step.durationMs === undefined ? '' : durationText(step.durationMs),
    step.mark === 'done' ? '' : (step.detail.split('\n')[0] ?? ''),
  ])
  return columns(rows).flatMap((line, i) => {
    const tail = steps[i]?.tail
    return tail ? [line, indent(tail, 7, '│ ')] : [line]
  })
}

function endingLines(view: RunView): string[] {
  if (!view.ending) return []
  return [...view.ending.lines.map(line => indent(line)), ...view.ending.next.map(line => indent(`next: ${line}`))]
}

function indent(text: string, by = 3, mark = ''): string {
  return text
    .split('\n')
    .map(line => `${' '.repeat(by)}${mark}${line}`)
    .join('\n')
}
