import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { safeName, syncFolder } from './folders.ts'
import { namesIn } from './open-runs.ts'

const DAYS = 3

/** The highest number among the runs of the latest days that have any: numbers grow with time, so older folders hold lower ones. */
export async function highestNumber(archive: string): Promise<number> {
  let highest = 0
  for (const day of await latestDays(archive, DAYS)) {
    for (const name of await namesIn(day)) highest = Math.max(highest, Number(/^(\d+)-/.exec(name)?.[1] ?? 0))
  }
  return highest
}

async function latestDays(archive: string, count: number): Promise<string[]> {
  const days: string[] = []
  for (const year of await newestFirst(archive, /^\d{4}$/))
    for (const month of await newestFirst(year, /^\d{2}$/))
      for (const day of await newestFirst(month, /^\d{2}$/)) {
        days.push(day)
        if (days.length === count) return days
      }
  return days
}

async function newestFirst(folder: string, pattern: RegExp): Promise<string[]> {
  const names = (await namesIn(folder)).filter(name => pattern.test(name))
  return names
    .sort()
    .reverse()
    .map(name => join(folder, name))
}

/**
 * `archive/epochs/<cluster>@<epoch>`, an empty file for the highest epoch of each cluster: runs that are over are not put back into an
 * emptied Redis, and their nodes still refuse what is lower.
 */
export class EpochNotes {
  readonly #folder: string

  constructor(archive: string) {
    this.#folder = join(archive, 'epochs')
  }

  async note(cluster: string, epoch: number): Promise<void> {
    const known = await this.#of(safeName(cluster))
    if (known.some(one => one >= epoch)) return
    await mkdir(this.#folder, { recursive: true, mode: 0o770 })
    await (await open(this.#path(cluster, epoch), 'a', 0o660)).close()
    await syncFolder(this.#folder)
    for (const older of known) await rm(this.#path(cluster, older), { force: true })
  }

  /** By the safe name of the cluster. */
  async all(): Promise<ReadonlyMap<string, number>> {
    const highest = new Map<string, number>()
    for (const [cluster, epoch] of await this.#list()) highest.set(cluster, Math.max(highest.get(cluster) ?? 0, epoch))
    return highest
  }

  async #of(cluster: string): Promise<number[]> {
    return (await this.#list()).flatMap(([name, epoch]) => (name === cluster ? [epoch] : []))
  }

  async #list(): Promise<(readonly [string, number])[]> {
    return (await namesIn(this.#folder)).flatMap(name => {
      const [, cluster, epoch] = /^(.+)@(\d+)$/.exec(name) ?? []
      return cluster && epoch ? [[cluster, Number(epoch)] as const] : []
    })
  }

  #path(cluster: string, epoch: number): string {
    return join(this.#folder, `${safeName(cluster)}@${epoch}`)
  }
}
