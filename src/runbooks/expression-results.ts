import type { InputValue } from './schema.ts'

/** What an expression is for: a condition, hosts, a shell variable, a piece of a text. */
export type Expected = keyof ValueOf

/** A value, or why there is none. There is no third: an expression that could not be evaluated is never taken for false. */
export type Evaluation<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** What an expression gives, by what it is for. */
export interface ValueOf {
  readonly bool: boolean
  readonly names: readonly string[]
  readonly value: InputValue
  readonly text: string
}

/** What CEL gave as what was expected; CEL's whole numbers are bigints. */
export function converted<K extends Expected>(given: unknown, expected: K): Evaluation<ValueOf[K]> {
  const value = CONVERSIONS[expected](given)
  if (value === undefined)
    return { ok: false, reason: `it gives ${described(given)} where ${WANTED[expected]} is needed` }
  return { ok: true, value }
}

export const WANTED: Readonly<Record<Expected, string>> = {
  bool: 'true or false',
  names: 'a name or a list of names',
  value: 'text, a number or true/false',
  text: 'text, a number, true/false or a list of texts',
}

const CONVERSIONS: { readonly [K in Expected]: (given: unknown) => ValueOf[K] | undefined } = {
  bool: given => (typeof given === 'boolean' ? given : undefined),
  names: given => (typeof given === 'string' ? [given] : texts(given)),
  value: single,
  text: given => {
    const value = single(given)
    return value === undefined ? texts(given)?.join(', ') : String(value)
  },
}

function single(given: unknown): InputValue | undefined {
  if (typeof given === 'boolean') return given
  if (typeof given === 'string') return isShellText(given) ? given : undefined
  const number = typeof given === 'bigint' ? Number(given) : given
  return typeof number === 'number' && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined
}

function texts(given: unknown): readonly string[] | undefined {
  return Array.isArray(given) && given.every(item => typeof item === 'string') ? given : undefined
}

/** A shell variable cannot hold a NUL byte, and half a character cannot be sent as UTF-8. */
export function isShellText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text)
}

function described(given: unknown): string {
  if (given === null) return 'nothing'
  if (Array.isArray(given)) return 'a list'
  if (typeof given === 'string') return isShellText(given) ? 'text' : 'text that no shell variable can hold'
  if (typeof given === 'object') return 'an object'
  return typeof given === 'boolean' ? 'true/false' : 'a number'
}
