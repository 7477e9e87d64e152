import type { InputSpec, InputValue } from './schema.ts'

/**
 * A text as one word of a POSIX shell, whatever it holds: nothing inside single quotes has a meaning but the quote itself, which is
 * taken out of them (`'\''`). A NUL byte cannot be in a shell word; inputs and expressions refuse it before.
 */
export function sq(value: string): string {
  if (value.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte')
  return `'${value.replaceAll("'", "'\\''")}'`
}

/** Answers are read by machines, so they must come in one language; the tools of a cluster lie where a plain login does not look. */
const PREAMBLE = `LC_ALL=C
export LC_ALL
PATH="\${PATH:+$PATH:}/usr/sbin:/sbin:/usr/local/sbin"
export PATH
`

/**
 * The script that is carried out: preamble, values as shell variables, then the author's text unchanged. The values are not
 * exported, so that no command changes its behaviour by them. Names are lower case (VARIABLE_PATTERN), so none is the shell's own.
 */
export function assembleScript(source: string, values: Readonly<Record<string, InputValue>>): string {
  const assignments = Object.entries(values).map(([name, value]) => `${name}=${sq(String(value))}\n`)
  return `${PREAMBLE}${assignments.join('')}${source.endsWith('\n') ? source : `${source}\n`}`
}

/** Values for a script: every input has one, so that what was left out is empty and not what the login shell happens to hold. */
export function shellValues(
  inputs: Readonly<Record<string, InputSpec>>,
  values: Readonly<Record<string, InputValue>>,
): Readonly<Record<string, InputValue>> {
  return { ...Object.fromEntries(Object.keys(inputs).map(name => [name, ''])), ...values }
}
