import type { Kept } from '../runs/ports.ts'
import type { Redactor } from '../transcripts/redact.ts'

/** What was kept of a stream, masked. Where it was cut off, what may be the beginning of a secret is left out: its end cannot be seen. */
export function maskedKept(kept: Kept, redactor: Pick<Redactor, 'text' | 'stream'>): Kept {
  if (!kept.truncated) return { ...kept, text: redactor.text(kept.text) }
  return { ...kept, text: redactor.stream().write(Buffer.from(kept.text, 'utf8')).toString('utf8') }
}
