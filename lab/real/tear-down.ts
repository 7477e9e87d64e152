import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CLAIMS_LOCK, type Claim, claimFile, claimText, deadClaims } from './claims.ts'
import { LAB_ENVIRONMENT, must } from './command.ts'
import { labNames } from './names.ts'

const SCRIPT = fileURLToPath(new URL('tear-down.sh', import.meta.url))
const LIMIT_MS = 30_000

/** Ends everything of a lab; what is gone already is fine. Rejects with what would not go. */
export async function tearDown(claim: Claim): Promise<void> {
  await must('flock', words(claim), { limitMs: LIMIT_MS })
}

/** The same for a process that is about to exit and can wait for nothing. */
export function tearDownNow(claim: Claim): void {
  spawnSync('flock', words(claim), { timeout: LIMIT_MS, env: LAB_ENVIRONMENT, stdio: 'ignore' })
}

/** Removes the labs whose process was killed before it could; returns their names. */
export async function sweepRealWorlds(): Promise<readonly string[]> {
  const dead = await deadClaims()
  for (const claim of dead) await tearDown(claim)
  return dead.map(claim => labNames(claim.number).prefix)
}

/** One at a time: two sweepers of one dead lab would meet a new lab of the same number. */
function words(claim: Claim): string[] {
  const file = claimFile(claim.number)
  return [CLAIMS_LOCK, '/bin/sh', SCRIPT, labNames(claim.number).prefix, claim.folder, file, claimText(claim)]
}
