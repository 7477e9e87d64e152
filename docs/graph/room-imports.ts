import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** Rooms by name, each with the rooms it imports; both sorted. */
export type RoomImports = ReadonlyMap<string, readonly string[]>

/** Who imports whom, from the imports in `src/` as they are, types included. Seen through the same eyes as `npm run check:architecture`. */
export async function roomImports(): Promise<RoomImports> {
  const options: ICruiseOptions = createRequire(import.meta.url)('../../.dependency-cruiser.cjs').options
  const { output } = await cruise(['src'], { ...options, baseDir: REPOSITORY })
  const modules = isResult(output) ? output.modules : []
  const found = new Map<string, Set<string>>()
  for (const { source, dependencies } of modules) {
    const room = roomOf(source)
    if (room === undefined) continue
    const imported = found.get(room) ?? new Set()
    found.set(room, imported)
    for (const other of dependencies.map(({ resolved }) => roomOf(resolved)))
      if (other !== undefined && other !== room) imported.add(other)
  }
  // An analyser that sees nothing finds nothing wrong, either.
  if (found.size === 0) throw new Error('no modules were seen in src/: the analyser cannot read TypeScript here')
  return new Map([...found].sort(byName).map(([room, imported]) => [room, [...imported].sort()]))
}

function isResult(output: string | ICruiseResult): output is ICruiseResult {
  return typeof output !== 'string'
}

/**
 * The room of a file: its folder under `src/`, one adapter each for itself; `app.ts` belongs to `app/` and so on. Files that every room may
 * use (problem.ts, canonical.ts, lifecycle.ts, the clock and the log) are in no room.
 */
function roomOf(file: string): string | undefined {
  const [, path = ''] = /^src\/(.*)\.ts$/.exec(file) ?? []
  const [first = '', second = '', ...deeper] = path.split('/')
  if (first === 'adapters') return deeper.length > 0 ? `adapters/${second}` : ADAPTER_FILES[second]
  if (second !== '') return first
  return ['app', 'cli', 'config'].includes(first) ? first : undefined
}

/** An adapter that is one file. */
const ADAPTER_FILES: Readonly<Record<string, string>> = { 'runbook-files': 'adapters/runbook-files' }

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
