import type { InputValue } from './schema.ts'

/** A command pattern with its inputs filled in; an optional part stays if all its inputs have values. */
export function fillCommand(pattern: string, inputs: Readonly<Record<string, InputValue>>): string {
  const filled = pattern.replace(/\[([^[\]]*)\]/g, (_, part: string) => {
    const names = [...part.matchAll(/<([a-z][a-z0-9_]*)>/g)].map(found => found[1] ?? '')
    return names.every(name => Object.hasOwn(inputs, name)) ? part : ''
  })
  return filled
    .replace(/<([a-z][a-z0-9_]*)>/g, (_, name: string) => wordOf(inputs[name] ?? ''))
    .replace(/\s+/g, ' ')
    .trim()
}

function wordOf(value: InputValue): string {
  const text = String(value)
  return /^[\w.:/-]+$/.test(text) ? text : quoted(text)
}

/** A text as one word of a command. The grammar knows no escapes: a piece with one kind of quotes in it stands in the other kind. */
export function quoted(text: string): string {
  const pieces = text.match(/[^"]+|"+/g) ?? ['']
  return pieces.map(piece => (piece.startsWith('"') ? `'${piece}'` : `"${piece}"`)).join('')
}
