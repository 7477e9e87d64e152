import { type Finding, ok } from './finding.ts'

/** A file or folder that the configuration names. */
export interface NeededFile {
  readonly path: string
  /** What it is, as in "… is not there". */
  readonly what: string
  /** Who needs it; the other one had better not have it when it is secret. */
  readonly who: 'bot' | 'worker' | 'both'
  readonly isSecret: boolean
}

/** How a path was found: permission bits, or the reason why it could not be looked at. */
export type FileFact = { readonly mode: number } | { readonly trouble: 'missing' | 'forbidden' }

/** What is missing or open to others among the files that this side (bot, worker, or both in one place) needs. */
export function fileFindings(
  files: readonly NeededFile[],
  side: 'bot' | 'worker' | 'both',
  look: (path: string) => FileFact,
): readonly Finding[] {
  const needed = files.filter(file => side === 'both' || file.who === 'both' || file.who === side)
  const findings = needed.flatMap(file => fileFinding(file, look(file.path)))
  return findings.length > 0 ? findings : [ok(`All ${needed.length} files that are needed are there.`)]
}

function fileFinding({ path, what, isSecret }: NeededFile, fact: FileFact): readonly Finding[] {
  if ('trouble' in fact) {
    const isMissing = fact.trouble === 'missing'
    return [
      {
        level: 'broken',
        what: isMissing ? `${path} is not there: ${what}.` : `${path} may not be read by this user: ${what}.`,
        next: isMissing ? 'Put it there, or correct the path in ha.yaml.' : 'Give it to the user that ha-bot runs as.',
      },
    ]
  }
  if (!isSecret || (fact.mode & 0o077) === 0) return []
  const mode = (fact.mode & 0o777).toString(8).padStart(4, '0')
  return [
    { level: 'weak', what: `${path}, ${what}, is open to other users (mode ${mode}).`, next: `chmod 600 ${path}` },
  ]
}
