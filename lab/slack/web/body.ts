import type { IncomingMessage } from 'node:http'

/** The whole body, or undefined when it is larger than `maxBytes`; the rest is then read and thrown away. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size <= maxBytes) parts.push(part)
  }
  return size <= maxBytes ? Buffer.concat(parts) : undefined
}

/** What this text says as JSON; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
