import type { ReadFile } from './identity.ts'
import { type KnownHosts, parseKnownHosts } from './known-hosts.ts'
import type { SshLog } from './log.ts'

export interface KnownHostsFiles {
  /** Rejects with the reader's error. */
  read(path: string): Promise<KnownHosts>
}

/**
 * Known_hosts files, read anew for every connect and parsed again only when their bytes changed: a modification time
 * would miss two edits within its granularity, and a connect is rare enough to read a file.
 */
export function knownHostsFiles(readFile: ReadFile, log: SshLog): KnownHostsFiles {
  const parsed = new Map<string, { readonly bytes: Buffer; readonly known: KnownHosts }>()
  async function read(path: string): Promise<KnownHosts> {
    const bytes = await readFile(path)
    const before = parsed.get(path)
    if (before?.bytes.equals(bytes)) return before.known
    const known = parseKnownHosts(bytes.toString('utf8'), path)
    for (const problem of known.problems) log.warn({ file: path, line: problem.place?.line }, problem.message)
    parsed.set(path, { bytes, known })
    return known
  }
  return { read }
}
