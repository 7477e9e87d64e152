import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { reply, replyText } from './reply.ts'

const FOLDER = new URL('../page/', import.meta.url)
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Serves the page's own files, by plain names only. */
export async function givePage(name: string, response: ServerResponse): Promise<void> {
  const type = /^[a-z0-9-]+\.(html|css|js|svg)$/.exec(name)?.[1]
  const file = type === undefined ? undefined : await readFile(new URL(name, FOLDER)).catch(() => undefined)
  if (!file || type === undefined) return replyText(response, 404, 'no such page')
  reply(response, 200, TYPES[type] ?? 'text/plain', file, { 'content-security-policy': POLICY })
}
