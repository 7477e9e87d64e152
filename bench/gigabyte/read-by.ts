import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Errand, Report } from './errand.ts'

const READER = fileURLToPath(new URL('./reader.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIMIT_MS = 660_000

/** Has it read by a process of its own, whose memory is then nobody else's. Rejects with what it complained about. */
export async function readBy(errand: Errand, signal: AbortSignal): Promise<Report> {
  const child = spawn(process.execPath, ['--import', 'tsx', READER], {
    cwd: ROOT,
    env: { ...process.env, ERRAND: JSON.stringify(errand) },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    killSignal: 'SIGKILL',
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  child.stderr.on('data', chunk => {
    complained += chunk
  })
  const [exitCode] = await once(child, 'close')
  if (exitCode !== 0) throw new Error(`reading as ${errand.as} ended with ${exitCode}: ${complained}`)
  return JSON.parse(said)
}
