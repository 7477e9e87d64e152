import * as z from 'zod'
import type { Lab } from '../lab.ts'
import { fileJson, findMessage, post } from '../messages.ts'
import { IDENTITY } from '../seed.ts'
import type { FileRecord } from '../store.ts'
import { conversation } from './channels.ts'
import { readContent } from './content.ts'
import { type Method, method, refuse } from './method.ts'

/** Slack takes up to 1 GB; a lab that keeps files in memory takes less. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024

const getUploadUrl = method(
  z.object({ filename: z.string().min(1).max(255), length: z.coerce.number().int().min(1).max(MAX_FILE_BYTES) }),
  (lab, { filename, length }) => {
    const id = lab.id('F')
    const awaited: FileRecord = {
      id,
      name: filename,
      title: filename,
      size: length,
      bytes: Buffer.alloc(0),
      user: IDENTITY.botUserId,
      created: lab.clock.now(),
      shares: [],
    }
    lab.store.files.set(id, awaited)
    return { ok: true, upload_url: `${lab.origin}/upload/${id}`, file_id: id }
  },
)

const completeUpload = method(
  z.object({
    files: z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1),
    channel_id: z.string().optional(),
    channels: z.string().optional(),
    thread_ts: z.string().optional(),
    initial_comment: z.string().optional(),
    blocks: z.unknown().optional(),
  }),
  (lab, args) => {
    const uploaded = args.files.map(({ id, title }) => ({ file: lab.store.files.get(id), title }))
    const files = uploaded.flatMap(({ file, title }) => (file ? { ...file, title: title ?? file.name } : []))
    if (files.length < args.files.length || files.some(file => file.bytes.length !== file.size))
      return refuse('file_not_found')
    const channel = args.channel_id ?? args.channels
    const shared = channel === undefined ? files : share(lab, files, channel, args)
    if (!Array.isArray(shared)) return shared
    for (const file of shared) lab.store.files.set(file.id, file)
    lab.changes.notify()
    return { ok: true, files: shared.map(file => fileJson(lab, file)) }
  },
)

interface Sharing {
  readonly thread_ts?: string | undefined
  readonly initial_comment?: string | undefined
  readonly blocks?: unknown
}

function share(
  lab: Lab,
  files: readonly FileRecord[],
  channel: string,
  { thread_ts, initial_comment, blocks }: Sharing,
) {
  const place = conversation(lab, channel)
  if (!place) return refuse('channel_not_found')
  if (thread_ts && !findMessage(lab, place.id, thread_ts)) return refuse('thread_not_found')
  const text = initial_comment ?? ''
  const read = text === '' && blocks === undefined ? undefined : readContent(lab, { text, blocks })
  if (read?.ok === false) return read
  const content = read?.content ?? { text, blocks: [] }
  const message = post(lab, {
    ...content,
    channel: place.id,
    user: IDENTITY.botUserId,
    bot: true,
    thread_ts,
    files: files.map(file => file.id),
  })
  return files.map(file => ({ ...file, shares: [...file.shares, { channel: place.id, ts: message.ts }] }))
}

const info = method(z.object({ file: z.string() }), (lab, { file }) => {
  const found = lab.store.files.get(file)
  return found ? { ok: true, file: fileJson(lab, found) } : refuse('file_not_found')
})

const deleteFile = method(z.object({ file: z.string() }), (lab, { file }) => {
  if (!lab.store.files.delete(file)) return refuse('file_not_found')
  lab.changes.notify()
  return { ok: true }
})

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': info,
  'files.delete': deleteFile,
}
