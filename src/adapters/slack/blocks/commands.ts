import { durationText } from '../../../runbooks/duration.ts'
import { placesText } from '../../../transcripts/card-text.ts'
import type { CommandView } from '../../../transcripts/view.ts'
import { cut, LIMITS } from '../limits.ts'
import { bold, line, preformatted, type RichPart, words } from './rich.ts'
import { shown } from './shown.ts'
import { counted } from './words.ts'

/** `2 changes on node1`. */
export function commandsHeadline(commands: readonly CommandView[]): string {
  const hosts = [...new Set(commands.flatMap(command => command.hosts))]
  const where = hosts.length > 4 ? counted(hosts.length, 'node') : hosts.join(', ')
  return `${counted(commands.length, 'change')} on ${where}`
}

/** One command: where, what exactly with its values, for how long, and how it is taken back. */
export function commandParts(command: CommandView, max: number): RichPart[] {
  const facts = [
    placesText(command),
    command.change,
    `at most ${durationText(command.timeoutMs)}`,
    ...(command.onlyIf ? [`only if ${command.onlyIf}`] : []),
  ]
  return [
    line(bold(command.step), words(`  ${facts.join(' · ')}`)),
    preformatted(cut(exactly(command), max)),
    ...(command.undo ? [line(words(cut(`undo: ${command.undo}`, max)))] : []),
  ]
}

/** The script as its author wrote it, and the values it is given. */
function exactly(command: CommandView): string {
  const values = Object.entries(command.values).map(([name, value]) => `${name}=${value}`)
  return [command.source.trimEnd(), ...(values.length > 0 ? [`# ${values.join(' ')}`] : [])].join('\n')
}

/** The whole of one command, in as many preformatted pieces as it takes; nothing is left out. */
export function wholeCommand(command: CommandView): RichPart[] {
  const [head, , ...undo] = commandParts({ ...command, undo: '' }, LIMITS.preformatted)
  const undoing = command.undo ? [line(words('undo:')), ...pieces(command.undo)] : []
  return [...(head ? [head] : []), ...pieces(exactly(command)), ...undo, ...undoing]
}

function pieces(text: string): RichPart[] {
  const clean = [...shown(text)]
  const count = Math.max(1, Math.ceil(clean.length / LIMITS.preformatted))
  return Array.from({ length: count }, (_, at) =>
    preformatted(clean.slice(at * LIMITS.preformatted, (at + 1) * LIMITS.preformatted).join('')),
  )
}
