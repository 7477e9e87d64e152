/** SHA-256 in hex by file, relative to the bundle. */
export type Sums = ReadonlyMap<string, string>

/** No absolute path, no way up, nothing that a shell or `sha256sum` would have to escape. */
const SAFE_PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*$/

export function isSafePath(path: string): boolean {
  return SAFE_PATH.test(path)
}

/** As `sha256sum -c` reads it: a line per file, sorted by name. */
export function sumsText(sums: Sums): string {
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, hash]) => `${hash}  ${file}\n`)
    .join('')
}

/** The sums in a SHA256SUMS, or undefined unless every byte is as `sumsText` writes it. */
export function parseSums(bytes: Buffer): Sums | undefined {
  const sums = new Map<string, string>()
  for (const line of bytes.toString('utf8').split('\n')) {
    const [, hash, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? []
    if (hash === undefined || file === undefined) continue
    if (!isSafePath(file)) return undefined
    sums.set(file, hash)
  }
  return Buffer.from(sumsText(sums)).equals(bytes) ? sums : undefined
}
