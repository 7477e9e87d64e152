/** Options of a tool: every spelling, and the one word it means; a trailing `=` says that a value follows. */
export type OptionTable = Readonly<Record<string, string>>

export interface Options {
  readonly values: Readonly<Record<string, string>>
  readonly rest: readonly string[]
  /** The first option that the tool does not have, or that lacks its value, as written; "" when there is none. */
  readonly unknown: string
}

interface Token {
  /** As written, e.g. `--node` or `-N`. */
  readonly written: string
  readonly name: string
  /** What came with it (`--node=x`, `-Nx`); undefined when the next word is its value. */
  readonly attached: string | undefined
}

/** Reads arguments as getopt_long does: `--name=value`, `--name value`, `-n value`, `-nvalue`, `-abc`. */
export function readOptions(args: readonly string[], table: OptionTable): Options {
  const values: Record<string, string> = {}
  const rest: string[] = []
  const queue = [...args]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (!word.startsWith('-') || word === '-') {
      rest.push(word)
      continue
    }
    const trouble = tokensOf(word, table).find(token => !take(token, table, queue, values))
    if (trouble) return { values, rest, unknown: trouble.written }
  }
  return { values, rest, unknown: '' }
}

/** Notes one option, with its value from the next word if need be; false when the tool has none like it. */
function take(token: Token, table: OptionTable, queue: string[], values: Record<string, string>): boolean {
  const meaning = table[token.name]
  if (meaning === undefined) return false
  if (!meaning.endsWith('=')) {
    values[meaning] = 'yes'
    return true
  }
  const value = token.attached ?? queue.shift()
  if (value === undefined) return false
  values[meaning.slice(0, -1)] = value
  return true
}

function tokensOf(word: string, table: OptionTable): Token[] {
  if (word.startsWith('--')) {
    const at = word.indexOf('=')
    const written = at < 0 ? word : word.slice(0, at)
    return [{ written, name: written.slice(2), attached: at < 0 ? undefined : word.slice(at + 1) }]
  }
  const tokens: Token[] = []
  for (let index = 1; index < word.length; index += 1) {
    const name = word.charAt(index)
    const left = word.slice(index + 1)
    const takesValue = table[name]?.endsWith('=') === true
    tokens.push({ written: `-${name}`, name, attached: takesValue && left !== '' ? left : undefined })
    if (takesValue) break
  }
  return tokens
}
