import type { Core } from '../app.ts'

/** The ULID of the run that a person calls `42` or `#42`; undefined when there is none. */
export async function findRun(core: Core, word: string): Promise<string | undefined> {
  const digits = /^#?(\d{1,9})$/.exec(word.trim())?.[1]
  return digits === undefined ? undefined : await core.journal.find(Number(digits))
}
