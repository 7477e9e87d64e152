import { createHash } from 'node:crypto'
import { witnessText } from '../../../transcripts/proof/witness.ts'
import { counted } from '../blocks/words.ts'
import { type Called, call } from '../calls.ts'
import { LIMITS } from '../limits.ts'
import { type DeliveryParts, DONE, type Pass, type Progress } from './delivery.ts'
import { find } from './find.ts'
import { PACES } from './lanes.ts'
import { FileRow, readRow, rowKey, writeRow } from './store.ts'
import { ofThisEnd, type Thread } from './thread-posts.ts'

const SEALING_MS = 1_000
/** A transcript that is not there by then will not come: the archive has it, or says why not. */
const GIVE_UP_MS = 15 * 60_000
const UPLOAD_MS = 60_000

/**
 * Files the transcript in the thread, once. Its three calls may each be the last before a crash, so the file's id is kept before it
 * is shared, and a share whose answer was lost is looked up in the thread (slack-platform.md §4.2).
 */
export async function fileTranscript(parts: DeliveryParts, pass: Pass, thread: Thread): Promise<Progress> {
  const endedAt = endOf(pass)
  const key = rowKey(pass.view.run, ofThisEnd('transcript', pass.record))
  const row = await readRow(parts.store, key, FileRow)
  if (endedAt === undefined || row?.shared) return DONE
  if (row?.file) {
    const settled = await alreadyShared(parts, thread, key, row)
    if (settled) return settled
  }
  const source = await parts.transcript(pass.view.run)
  if (!source) return patience(parts, pass, endedAt)
  await parts.lanes.turn('file', PACES.file, 'soon', pass.signal)
  const content = fitting(Buffer.from(source.content))
  return await upload(parts, pass, thread, key, { filename: source.filename, content })
}

/** When it ended, in ms. A run that was refused behind its gate has an end as well. */
function endOf({ record }: Pass): number | undefined {
  const { finished, phase, updatedAt } = record.state
  return finished?.at ?? (phase === 'finished' ? updatedAt : undefined)
}

function patience(parts: DeliveryParts, pass: Pass, since: number): Progress {
  if (parts.clock.now() - since < GIVE_UP_MS)
    return { kind: 'later', afterMs: SEALING_MS, because: 'the transcript is not sealed yet' }
  parts.log.warn({ run: pass.view.run }, 'no transcript to post')
  return DONE
}

async function alreadyShared(
  parts: DeliveryParts,
  thread: Thread,
  key: string,
  row: FileRow,
): Promise<Progress | undefined> {
  const found = await find(parts.client, thread, row.since, message =>
    (message.files ?? []).some(({ id }) => id === row.file),
  )
  if (found.kind === 'limited' || found.kind === 'unclear') return later(found)
  if (found.kind === 'refused' || !found.value) return undefined
  await writeRow<FileRow>(parts.store, key, { ...row, shared: true })
  return DONE
}

async function upload(
  parts: DeliveryParts,
  pass: Pass,
  thread: Thread,
  key: string,
  file: { readonly filename: string; readonly content: Buffer },
): Promise<Progress> {
  const { client, store, clock } = parts
  const place = await call(() =>
    client.files.getUploadURLExternal({ filename: file.filename, length: file.content.length }),
  )
  if (place.kind !== 'ok') return later(place)
  const { file_id: id, upload_url: url } = place.value
  if (!id || !url) return later({ kind: 'unclear', error: 'no upload URL' })
  const arrived = await sendBytes(url, file.content, pass.signal)
  if (!arrived) return later({ kind: 'unclear', error: 'upload failed' })
  const row: FileRow = { since: clock.now(), file: id, shared: false }
  await writeRow(store, key, row)
  const share = { channel_id: thread.channel, thread_ts: thread.thread, initial_comment: commentOn(pass) }
  const shared = await call(() =>
    client.files.completeUploadExternal({ files: [{ id, title: file.filename }], ...share }),
  )
  if (shared.kind !== 'ok') return later(shared)
  await writeRow<FileRow>(store, key, { ...row, shared: true })
  return DONE
}

/** With the end of the chain: the thread is where nobody with access to the archive can change it. Digits and hex alone: no mrkdwn. */
function commentOn({ record }: Pass): string {
  const { number, seq, head } = record.state
  const verify = `ha verify ${number} --head ${witnessText({ seq, head })}`
  return `Transcript of #${number}\nchain ${seq} events · head ${head.slice(0, 8)}… · \`${verify}\``
}

async function sendBytes(url: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
  const body = new FormData()
  body.append('body', new Blob([new Uint8Array(content)]), 'transcript')
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_MS)]),
    })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

/** What is too long for a thread keeps its head and tail, and the digest of the whole. */
function fitting(content: Buffer): Buffer {
  if (content.length <= LIMITS.fileBytes) return content
  const half = Math.floor(LIMITS.fileBytes / 2) - 1_024
  const digest = createHash('sha256').update(content).digest('hex')
  const left = counted(content.length - 2 * half, 'byte')
  const gap = `\n\n[… ${left} left out here; the archive has all ${content.length}, sha256 ${digest} …]\n\n`
  return Buffer.concat([content.subarray(0, half), Buffer.from(gap), content.subarray(content.length - half)])
}

function later(called: Exclude<Called<unknown>, { kind: 'ok' }>): Progress {
  if (called.kind === 'limited') return { kind: 'later', afterMs: called.afterMs, because: 'rate limited' }
  return { kind: 'later', afterMs: called.kind === 'unclear' ? 1_000 : 30_000, because: called.error }
}
