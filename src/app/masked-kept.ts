import type { Kept } from '../runs/ports.ts'
import type { Redactor } from '../transcripts/redact.ts'

/** What masking the answers of nodes needs of a redactor. */
export type Masking = Pick<Redactor, 'text' | 'stream' | 'hidden'>

/** What was kept of a stream, masked. Where it was cut off, what may be the beginning of a secret is left out: its end cannot be seen. */
export function maskedKept(kept: Kept, redactor: Masking): Kept {
  const hidden = redactor.hidden(kept.text)
  const all = { ...kept, ...(hidden.size > 0 && { hidden }) }
  if (!kept.truncated) return { ...all, text: redactor.text(kept.text) }
  return { ...all, text: redactor.stream().write(Buffer.from(kept.text, 'utf8')).toString('utf8') }
}
