import type { IncomingMessage, ServerResponse } from 'node:http'
import { MAX_FILE_BYTES } from '../api/files.ts'
import type { Lab } from '../lab.ts'
import { IDENTITY } from '../seed.ts'
import type { FileRecord } from '../store.ts'
import { bearer } from './api.ts'
import { readBody } from './body.ts'
import { reply, replyJson, replyText } from './reply.ts'

const FORM_OVERHEAD_BYTES = 65_536
/** An uploaded page may show itself and nothing else: no network, no access to this origin. */
const SANDBOX =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  json: 'application/json',
}

/** `POST /upload/<id>`: the bytes of a file that `files.getUploadURLExternal` has announced, raw or as a form. */
export async function takeUpload(
  lab: Lab,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, MAX_FILE_BYTES + FORM_OVERHEAD_BYTES)
  const awaited = lab.store.files.get(id)
  if (!awaited || awaited.bytes.length > 0) return replyText(response, 404, 'no upload is awaited here')
  const bytes = body && (await fileBytes(request.headers['content-type'] ?? '', body))
  if (bytes?.length !== awaited.size)
    return replyText(response, 400, `${awaited.size} bytes were announced, ${bytes?.length ?? 'too many'} came`)
  lab.store.files.set(id, { ...awaited, bytes })
  replyText(response, 200, `OK - ${bytes.length}`)
}

async function fileBytes(contentType: string, body: Buffer): Promise<Buffer | undefined> {
  if (!contentType.startsWith('multipart/form-data')) return body
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined)
  const part = form?.get('body') ?? form?.get('file') ?? form?.get('filename')
  return part instanceof Blob ? Buffer.from(await part.arrayBuffer()) : undefined
}

/** `GET /files/<id>/<name>`: for the app, with its token. */
export function giveFileToApp(lab: Lab, id: string, request: IncomingMessage, response: ServerResponse): void {
  const file = lab.store.files.get(id)
  if (bearer(request) !== IDENTITY.botToken) replyJson(response, 401, { ok: false, error: 'not_authed' })
  else if (!file) replyText(response, 404, 'no such file')
  else reply(response, 200, typeOf(file), file.bytes)
}

/** `GET /_sim/file/<id>`: for the person at the page. Shown in a sandbox, or saved with `?save=1`. */
export function giveFileToPerson(lab: Lab, id: string, save: boolean, response: ServerResponse): void {
  const file = lab.store.files.get(id)
  if (!file) {
    replyText(response, 404, 'no such file')
    return
  }
  const how = save ? 'attachment' : 'inline'
  reply(response, 200, typeOf(file), file.bytes, {
    'content-security-policy': SANDBOX,
    'content-disposition': `${how}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  })
}

function typeOf(file: FileRecord): string {
  return TYPES[file.name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
}
