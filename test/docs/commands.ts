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
      .split(/&&|\||;|, then /)
      .map(piece => ({ text: unprefixed(piece), line })),
  )
  return pieces.filter(({ text }) => text === name || text.startsWith(`${name} `))
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '')
}

/** Without what may stand before a command: sudo, assignments, npx. */
function unprefixed(piece: string): string {
  return piece.trim().replace(/^(?:sudo (?:-u \S+ )?|npx |[A-Z_]+=\S+ )+/, '')
}

/** What is wrong with a command of `ha`: a verb or an option that there is not. Undefined when it exists. */
export function wrongWith(root: Command, said: string): string | undefined {
  const words = splitWords(said.replace(/[<>[\]…]/g, ' '))
  if (!words.ok) return `cannot be split: ${said}`
  let command = root
  for (const word of words.value.slice(1).map(each => each.text)) {
    const sub = command.commands.find(each => each.name() === word)
    if (sub) command = sub
    else if (word.startsWith('--') && !hasOption(command, root, word))
      return `${command.name()} has no ${word}: ${said}`
    else if (isMissingVerb(command, word)) return `${command.name()} has no command ${word}: ${said}`
  }
  return undefined
}

function hasOption(command: Command, root: Command, word: string): boolean {
  return [command, root].some(each => each.options.some(option => option.long === word.split('=')[0]))
}

/** A word that is no argument: this command only has sub-commands. */
function isMissingVerb(command: Command, word: string): boolean {
  return command.registeredArguments.length === 0 && !word.startsWith('-') && !optionsTakeValues(command)
}

/** `--dir runbooks`: a word behind an option is its value. */
function optionsTakeValues(command: Command): boolean {
  return command.options.some(option => option.required)
}
