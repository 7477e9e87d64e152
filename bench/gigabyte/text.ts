import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'

/** A line as logs have them; a secret that is registered never occurs in it. */
const LINE =
  'Nov 21 14:02:11 node3 pacemaker-controld [812] (do_state_transition) notice: S_TRANSITION_ENGINE -> S_IDLE'

/** A script that prints this many bytes of text, the same ones each time. */
export function printing(bytes: number): string {
  return `yes '${LINE}' 2>/dev/null | head -c ${bytes}`
}

/** SHA-256 of what such a script prints, from running it here. */
export async function sha256Of(bytes: number): Promise<string> {
  const child = spawn('/bin/sh', ['-c', printing(bytes)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const hash = createHash('sha256')
  child.stdout.on('data', (chunk: Buffer) => hash.update(chunk))
  await once(child, 'close')
  return hash.digest('hex')
}
