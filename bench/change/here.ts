import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../src/canonical.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import { cksum } from '../../src/workers/operations/cksum.ts'
import { type Contender, timed } from '../measure/rounds.ts'
import type { ChangeLoad } from './loads.ts'
import { NAMES, named } from './rows.ts'

const RUNNER = fileURLToPath(new URL('../../deploy/node-runner.sh', import.meta.url))
const STANDS_SECONDS = 60
const WAIT_MS = 15_000

/** The runner alone: what of a claim is the node's own work. */
export async function claimHere(ledger: string, load: ChangeLoad): Promise<Contender> {
  const script = Buffer.from(assembleScript(load.script, {}))
  const runner = join(ledger, 'runner-bench')
  await mkdir(join(ledger, 'bundles'), { recursive: true })
  await copyFile(RUNNER, runner)
  await writeFile(join(ledger, 'bundles', `b-${sha256(script)}`), script)
  return timed(named(NAMES.here, load), async () => {
    const said = await shSays([runner, 'claim', ...orderOf(script)])
    if (!/^ha1 state .* state=done won=1 rc=0 /m.test(said)) throw new Error(`the runner answered:\n${said}`)
  })
}

function orderOf(script: Buffer): string[] {
  const { crc, bytes } = cksum(script)
  const notafter = Math.ceil(Date.now() / 1000) + STANDS_SECONDS
  const order = { op: `bench-${randomUUID()}`, sha: sha256(script), sum: `${crc}-${bytes}`, epoch: 1, notafter }
  const about = { run: 'bench', number: 1, step: 'move', seq: 1, head: '-', wait: WAIT_MS }
  return Object.entries({ ...order, ...about }).map(([key, value]) => `${key}=${value}`)
}

async function shSays(words: readonly string[]): Promise<string> {
  // The PATH of a login: that of npm is so long that looking commands up shows.
  const child = spawn('/bin/sh', words, { env: { PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  await once(child, 'close')
  return said
}
