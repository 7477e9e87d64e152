import { randomInt } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { must } from './command.ts'
import { type LabNames, labNames } from './names.ts'

/** Who owns which lab; cleared by a reboot like the namespaces themselves. */
const CLAIMS = '/run/ha-bot-lab'
/** For `flock`, while a lab is taken down. */
export const CLAIMS_LOCK = `${CLAIMS}/lock`

/** Start time tells the owner from a later process with the same id. */
export const Claim = z.strictObject({
  number: z.int().min(0).max(255),
  owner: z.int().positive(),
  ownerStarted: z.string(),
  folder: z.string().startsWith('/'),
})
export type Claim = z.infer<typeof Claim>

/** Claims a free number for this process. `folderOf` says where that lab keeps its files. */
export async function claimLab(folderOf: (names: LabNames) => string): Promise<Claim> {
  await mkdir(CLAIMS, { recursive: true, mode: 0o700 })
  const first = randomInt(256)
  for (let offset = 0; offset < 256; offset += 1) {
    const number = (first + offset) % 256
    if (await routed(number)) continue
    const ownerStarted = (await startTime(process.pid)) ?? ''
    const claim = { number, owner: process.pid, ownerStarted, folder: folderOf(labNames(number)) }
    if (await publish(claim)) return claim
  }
  throw new Error('All of 10.213.0.0/16 is in use on this machine: no room for another lab.')
}

/** Claims whose owner is gone: killed before it could clean up. */
export async function deadClaims(): Promise<readonly Claim[]> {
  const files = await readdir(CLAIMS).catch(() => [])
  const claims = await Promise.all(files.filter(file => file.endsWith('.json')).map(readClaim))
  const dead: Claim[] = []
  for (const claim of claims) {
    if (claim && (await startTime(claim.owner)) !== claim.ownerStarted) dead.push(claim)
  }
  return dead
}

/** The file to remove when nothing of a lab is left. */
export function claimFile(number: number): string {
  return join(CLAIMS, `${labNames(number).prefix}.json`)
}

/** What the file holds. */
export function claimText(claim: Claim): string {
  return JSON.stringify(claim)
}

/** A hard link appears at once with its content and never replaces another: one winner. */
async function publish(claim: Claim): Promise<boolean> {
  const draft = join(CLAIMS, `${process.pid}-${claim.number}.draft`)
  await writeFile(draft, claimText(claim))
  try {
    await link(draft, claimFile(claim.number))
    return true
  } catch {
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

async function readClaim(file: string): Promise<Claim | undefined> {
  try {
    return Claim.parse(JSON.parse(await readFile(join(CLAIMS, file), 'utf8')))
  } catch {
    return undefined
  }
}

async function routed(number: number): Promise<boolean> {
  const routes = await must('ip', ['-4', 'route', 'show', 'table', 'all', 'root', `${labNames(number).network}0/24`])
  return routes.trim() !== ''
}

/** Field 22 of /proc/PID/stat, counted behind the command name, which may hold spaces. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
