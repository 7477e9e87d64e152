import { z } from 'zod'
import { suggest } from '../clusters/suggest.ts'
import { isObject, type Mistake, type Path, pathText, valueAt } from './mistake.ts'

type Issue = z.core.$ZodIssue

/** What a schema complains about, in words. `data` is what was validated. */
export function mistakesOf(schema: z.ZodType, data: unknown, issues: readonly Issue[]): readonly Mistake[] {
  return issues.flatMap(issue => mistakesOfIssue(schema, data, issue))
}

function mistakesOfIssue(schema: z.ZodType, data: unknown, issue: Issue): readonly Mistake[] {
  const path = issue.path.filter(part => typeof part !== 'symbol')
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(schema, path, key))
  const value = valueAt(data, path)
  if (value === undefined && path.length > 0) return [missing(path)]
  if (value === null)
    return [{ code: 'no-value', path, at: 'key', message: `${pathText(path)} has no value.`, next: GIVE_IT }]
  if (issue.code === 'invalid_value') return [notOneOf(path, value, issue.values.map(String))]
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return [{ code: 'wrong-type', path, message: `${where(path)} must be ${NOUNS[issue.expected] ?? issue.expected}.` }]
  return [{ code: 'wrong-value', path, message: `${where(path)} ${issue.message}.` }]
}

const GIVE_IT = 'Give it one, or remove the line.'
const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
  array: 'a list like [a, b]',
  number: 'a number',
}

function where(path: Path): string {
  return path.length === 0 ? 'The file' : pathText(path)
}

function missing(path: Path): Mistake {
  const message = path.length === 1 ? `${path[0]} is missing.` : `${pathText(path.slice(0, -1))} has no ${path.at(-1)}.`
  return { code: 'missing-key', path: path.slice(0, -1), at: 'key', message }
}

function unknownKey(schema: z.ZodType, path: Path, key: string): Mistake {
  const known = knownKeys(schema, path)
  const suggestion = suggest(key, known)
  return {
    code: 'unknown-key',
    path: [...path, key],
    at: 'key',
    message: `${path.length === 0 ? 'There' : pathText(path)} ${path.length === 0 ? 'is' : 'has'} no key ${key}.`,
    ...(suggestion ? { suggestion } : { next: `It can have: ${known.join(', ')}.` }),
  }
}

function notOneOf(path: Path, value: unknown, allowed: readonly string[]): Mistake {
  const suggestion = suggest(String(value), allowed)
  const choice = allowed.length === 1 ? allowed[0] : `one of ${allowed.join(', ')}`
  return {
    code: 'wrong-value',
    path,
    message: `${pathText(path)} must be ${choice}.`,
    ...(suggestion !== undefined && suggestion !== value && { suggestion }),
  }
}

/** The keys that a schema allows at a path. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  const at = path.reduce<z.core.$ZodType | undefined>((found, key) => inside(found, key), schema)
  const bare = unwrapped(at)
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : []
}

function inside(schema: z.core.$ZodType | undefined, key: string | number): z.core.$ZodType | undefined {
  const bare = unwrapped(schema)
  if (bare instanceof z.ZodObject) return bare.shape[key]
  if (bare instanceof z.ZodRecord) return bare.valueType
  return bare instanceof z.ZodArray ? bare.element : undefined
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
  return wraps ? unwrapped(schema.def.innerType) : schema
}

/**
 * As much of the data as the schema accepts: what it complained about is left out, and what needed that, so that everything else can
 * still be checked for other mistakes. Undefined when nothing is left.
 */
export function salvage<T>(schema: z.ZodType<T>, data: unknown): T | undefined {
  const copy: unknown = structuredClone(data)
  for (;;) {
    const result = schema.safeParse(copy)
    if (result.success) return result.data
    const removed = result.error.issues.map(issue => removeCause(copy, issue))
    if (!removed.includes(true)) return undefined
  }
}

/** Removes what an issue is about, or, where that is something missing, what misses it. False when that was the whole. */
function removeCause(data: unknown, issue: Issue): boolean {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => remove(data, [...issue.path, key])).includes(true)
  const present = valueAt(data, issue.path) !== undefined
  return remove(data, present ? issue.path : issue.path.slice(0, -1))
}

function remove(data: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1)
  const parent = valueAt(data, path.slice(0, -1))
  if (last === undefined || !isObject(parent) || parent[last] === undefined) return false
  if (Array.isArray(parent)) parent[Number(last)] = undefined
  else delete parent[last]
  return true
}
