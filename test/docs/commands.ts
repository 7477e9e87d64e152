import type { Command } from 'commander'
import { createContext } from '../../src/cli/context.ts'
import { createProgram } from '../../src/cli/program.ts'
import { splitWords } from '../../src/commands/words.ts'
import type { Document } from './documents.ts'

interface Said {
  readonly text: string
  readonly line: number
}

/** The program as people get it; nothing of it is run. */
export function program(): Command {
  const out = { say: () => undefined, complain: () => undefined, json: false }
  return createProgram(createContext({}, out, false, new AbortController().signal), () => undefined)
}

/** Every shell command of a document that begins with `name`: lines of shell blocks, and code inside sentences. */
export function commandsOf(document: Document, name: string): readonly Said[] {
  const lines = document.blocks
    .filter(block => block.language === 'sh')
    .flatMap(({ text, line }) => text.split('\n').map((each, index) => ({ text: each, line: line + index })))
  const pieces = [...lines, ...document.inline].flatMap(({ text, line }) =>
    withoutComment(text)
      .split(/&&|\||;/)
      .map(piece => ({ text: unprefixed(piece), line })),
  )
  return pieces.filter(({ text }) => text === name || text.startsWith(`${name} `))
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '')
}

/** Without what may stand before a command: sudo, assignments. */
function unprefixed(piece: string): string {
  return piece.trim().replace(/^(?:sudo (?:-u \S+ )?|[A-Z_]+=\S+ )+/, '')
}

/** What is wrong with a command of `ha`: a verb, an option or one word too many. Undefined when it would be understood. */
export function wrongWith(root: Command, said: string): string | undefined {
  const split = splitWords(said)
  if (!split.ok) return `cannot be split: ${said}`
  const words = split.value.slice(1).map(word => word.text)
  const [command, rest] = commandIn(root, words)
  const known = [...command.options, ...root.options]
  const values: string[] = []
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? ''
    const option = known.find(each => each.long === word)
    if (word.startsWith('--') && !option) return `${command.name()} has no ${word}: ${said}`
    if (option?.required) at += 1
    else if (!option) values.push(word)
  }
  return tooMany(command, values) ? `${command.name()} does not take ${values.at(-1)}: ${said}` : undefined
}

/** The command that the first words name, and the words behind them. */
function commandIn(command: Command, words: readonly string[]): [Command, readonly string[]] {
  const sub = command.commands.find(each => each.name() === words[0])
  return sub ? commandIn(sub, words.slice(1)) : [command, words]
}

function tooMany({ registeredArguments }: Command, values: readonly string[]): boolean {
  return !registeredArguments.some(argument => argument.variadic) && values.length > registeredArguments.length
}
