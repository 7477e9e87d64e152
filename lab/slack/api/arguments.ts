import { isRecord, parseJson } from '../web/body.ts'

/** Arguments that Slack's clients send as JSON inside a form field. Others stay text, also when they look like JSON. */
const NESTED = new Set(['blocks', 'attachments', 'metadata', 'view', 'files', 'users', 'unfurls'])

/** The arguments of a call, from a form or a JSON body; undefined when the body is neither. */
export function readArguments(contentType: string, body: Buffer): Record<string, unknown> | undefined {
  const text = body.toString('utf8')
  if (contentType.startsWith('application/json')) {
    const value = parseJson(text)
    return isRecord(value) ? value : undefined
  }
  if (text !== '' && !contentType.startsWith('application/x-www-form-urlencoded')) return undefined
  return Object.fromEntries([...new URLSearchParams(text)].map(([key, value]) => [key, nested(key, value)]))
}

/** A nested value that is not JSON stays text, so that the method itself refuses it by name. */
function nested(key: string, value: string): unknown {
  return NESTED.has(key) ? (parseJson(value) ?? value) : value
}
