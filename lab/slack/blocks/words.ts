import type * as z from 'zod'
import { isRecord } from '../web/body.ts'

type Path = readonly PropertyKey[]

/** A mistake as Slack words it in `response_metadata.messages`: what, and where as a JSON pointer. */
export function place(message: string, path: Path): string {
  return `[ERROR] ${message} [json-pointer:/${path.map(String).join('/')}]`
}

/** Every issue zod has with `input`, in Slack's words; `root` is the path to `input` itself. */
export function slackMessages(error: z.ZodError, input: unknown, root: Path): string[] {
  return error.issues.flatMap(issue => {
    const path = [...root, ...issue.path]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map(key => place(`invalid additional property: ${key}`, path))
    return [place(words(issue, valueAt(input, issue.path)), path)]
  })
}

function words(issue: z.core.$ZodIssue, value: unknown): string {
  const items = Array.isArray(value)
  if (issue.code === 'too_big') {
    return items
      ? `no more than ${issue.maximum} items allowed`
      : `must be less than ${Number(issue.maximum) + 1} characters`
  }
  if (issue.code === 'too_small') {
    return items
      ? `no fewer than ${issue.minimum} items allowed`
      : `must be more than ${Number(issue.minimum) - 1} characters`
  }
  if (value === undefined) return `missing required field: ${String(issue.path.at(-1) ?? 'blocks')}`
  if (issue.code === 'invalid_union') return `unsupported type: ${String(value)}`
  return issue.message
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)]
    return isRecord(value) ? value[String(key)] : undefined
  }, input)
}
