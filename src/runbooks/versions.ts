import { bad, good, type Problem, type Result } from '../problem.ts'
import type { LoadedRunbook } from './schema.ts'
import { problemAt } from './source-text.ts'

/** One version of one runbook, pinned: `pacemaker/failover 1.0.0 <sha256>`. */
export interface Pin {
  /** `<stack>/<name>` */
  readonly path: string
  readonly version: string
  /** Hex SHA-256 of the file. */
  readonly sha256: string
}

/** Every version there ever was, oldest first within a runbook. */
export type Lock = readonly Pin[]

const LINE = /^([a-z-]+\/[a-z][a-z0-9-]*)\s+(\d+\.\d+\.\d+)\s+([0-9a-f]{64})$/

/** Reads `runbooks.lock`: one pin a line, `#` begins a comment. */
export function parseLock(text: string, file = 'runbooks.lock'): Result<Lock> {
  const pins: Pin[] = []
  const problems: Problem[] = []
  let offset = 0
  for (const line of text.split('\n')) {
    const pin = pinOf(line)
    const message = pin === 'none' ? undefined : complaintAbout(pin, pins)
    if (message) problems.push(problemAt({ file, text }, offset, offset + line.length, { code: 'lock', message }))
    else if (typeof pin === 'object') pins.push(pin)
    offset += line.length + 1
  }
  return problems.length > 0 ? bad(...problems) : good(pins)
}

function pinOf(line: string): Pin | 'none' | undefined {
  const content = line.replace(/#.*/, '').trim()
  if (content === '') return 'none'
  const [, path, version, sha256] = LINE.exec(content) ?? []
  return path && version && sha256 ? { path, version, sha256 } : undefined
}

function complaintAbout(pin: Pin | undefined, before: Lock): string | undefined {
  if (!pin) return 'This line is not like: pacemaker/failover 1.0.0 <sha256>.'
  const other = before.find(({ path, version }) => path === pin.path && version === pin.version)
  return other && `${pin.path} ${pin.version} is pinned twice.`
}

/** What does not stand in the lock as it is now: content changed under the same version, or not pinned at all. */
export function verifyLock(lock: Lock, loaded: readonly LoadedRunbook[]): readonly Problem[] {
  return loaded.flatMap(one => {
    const { path, version, sha256 } = pinFor(one)
    const pinned = lock.find(pin => pin.path === path && pin.version === version)
    if (pinned?.sha256 === sha256) return []
    return [pinned ? changed(one, path, version) : unpinned(one, path, version)]
  })
}

function changed(one: LoadedRunbook, path: string, version: string): Problem {
  return atVersion(one, {
    code: 'version-changed',
    message: `${path} ${version} was changed, but a version never changes once it is in runbooks.lock.`,
    next: 'Raise the version. If this version was never used, run ha runbooks lock --again.',
  })
}

function unpinned(one: LoadedRunbook, path: string, version: string): Problem {
  return atVersion(one, {
    code: 'not-locked',
    message: `${path} ${version} is not in runbooks.lock.`,
    next: 'Run ha runbooks lock and commit the file.',
  })
}

function atVersion(one: LoadedRunbook, complaint: { code: string; message: string; next: string }): Problem {
  const start = Math.max(0, one.text.search(/^version:/m))
  return problemAt(one, start, start + 'version'.length, complaint)
}

export function pinFor({ runbook, sha256 }: LoadedRunbook): Pin {
  return { path: `${runbook.stack}/${runbook.name}`, version: runbook.version, sha256 }
}

/** The lock with these runbooks pinned as they are now; all other versions stay. */
export function updateLock(lock: Lock, loaded: readonly LoadedRunbook[]): Lock {
  const pins = loaded.map(pinFor)
  const others = lock.filter(old => !pins.some(pin => pin.path === old.path && pin.version === old.version))
  return [...others, ...pins].sort((a, b) => compareText(a.path, b.path) || compareVersions(a.version, b.version))
}

/** The text of `runbooks.lock`; the same pins always give the same text. */
export function renderLock(lock: Lock): string {
  const lines = updateLock(lock, []).map(({ path, version, sha256 }) => `${path} ${version} ${sha256}\n`)
  return `# Every version of every runbook, pinned by its content. Written by: ha runbooks lock\n${lines.join('')}`
}

/** Negative when `a` is the older of two semantic versions, 0 when they are the same. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [a.split('.').map(Number), b.split('.').map(Number)]
  return one.map((part, index) => part - (other[index] ?? 0)).find(difference => difference !== 0) ?? 0
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
