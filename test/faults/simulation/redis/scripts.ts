import {
  APPEND,
  BUMP,
  COMPARE,
  OPEN,
  RAISE,
  REGAIN,
  RELEASE,
  RESTORE,
  TAKE,
} from '../../../../src/adapters/redis/scripts.ts'
import type { Data } from './data.ts'

type Script = (data: Data, keys: readonly string[], args: readonly string[]) => unknown

const at = (list: readonly string[], index: number): string => list[index] ?? ''

/** What each script of src/adapters/redis/scripts.ts does, in the same order; the comments there say why. */
export const SCRIPTS: ReadonlyMap<string, Script> = new Map<string, Script>([
  [APPEND, (data, keys, args) => append(data, keys, args, 5)],
  [RESTORE, restore],
  [COMPARE, compare],
  [RAISE, raise],
  [OPEN, open],
  [TAKE, take],
  [RELEASE, release],
  [BUMP, bump],
  [REGAIN, regain],
])

function append(data: Data, keys: readonly string[], args: readonly string[], first: number): number {
  const [stream, , active, numbers, counter] = keys as [string, string, string, string, string]
  const [run = '', number = '', expected = '', over = '', prev = ''] = args
  const there = data.streams.get(stream) ?? []
  const bodies = args.slice(first)
  if (there.length !== Number(expected)) return bodies.every((body, i) => there[Number(expected) + i] === body) ? 2 : 0
  const last = there.at(-1)
  if (last !== undefined && !last.endsWith(`"hash":"${prev}"}`)) return 0
  data.streams.set(stream, [...there, ...bodies])
  const known = data.scores.get(numbers) ?? new Map<string, number>()
  if (!known.has(run)) data.scores.set(numbers, new Map([...known, [run, Number(number)]]))
  if (data.number(counter) < Number(number)) data.strings.set(counter, number)
  const others = [...(data.sets.get(active) ?? [])].filter(one => one !== run)
  data.sets.set(active, new Set(over === '1' ? others : [...others, run]))
  return 1
}

function restore(data: Data, keys: readonly string[], args: readonly string[]): unknown[] {
  const done = append(data, keys, args, 8)
  const [lease, epochKey] = [at(keys, 5), at(keys, 6)]
  const [run, number, epoch, since, highest] = [at(args, 0), at(args, 1), at(args, 5), at(args, 6), at(args, 7)]
  if (done === 0 || epoch === '') return [done]
  if (data.number(epochKey) < Number(highest)) data.strings.set(epochKey, highest)
  const held = data.hashes.get(lease)
  if (since === '') {
    if (held?.['run'] === run && Number(held['epoch']) <= Number(epoch)) data.hashes.delete(lease)
    return [done]
  }
  if (held && held['run'] !== run) return [done, held['run'], held['number']]
  data.hashes.set(lease, { run, number, since, epoch })
  return [done]
}

function compare(data: Data, keys: readonly string[], args: readonly string[]): string[] {
  const standings = keys.slice(1).map((stream, i) => {
    const body = data.streams.get(stream)?.[Number(at(args, 2 * i)) - 1]
    if (body === undefined) return 'lacks'
    return body.endsWith(`"hash":"${at(args, 2 * i + 1)}"}`) ? 'has' : 'differs'
  })
  return [data.strings.get(at(keys, 0)) ?? '0', ...standings]
}

function raise(data: Data, keys: readonly string[], args: readonly string[]): number {
  const now = data.number(at(keys, 0))
  if (now >= Number(at(args, 0))) return now
  data.strings.set(at(keys, 0), at(args, 0))
  return Number(at(args, 0))
}

function open(data: Data, keys: readonly string[], args: readonly string[]): string[] {
  const [dedupe, counter, numbers] = keys as [string, string, string]
  const known = data.hashes.get(dedupe)
  if (known) return [known['run'] ?? '', known['number'] ?? '']
  if (data.number(counter) < Number(at(args, 2))) return []
  const number = data.number(counter) + 1
  const run = at(args, 0)
  data.strings.set(counter, String(number))
  data.hashes.set(dedupe, { run, number: String(number) })
  data.scores.set(numbers, new Map([...(data.scores.get(numbers) ?? []), [run, number]]))
  return [run, String(number)]
}

function take(data: Data, keys: readonly string[], args: readonly string[]): unknown[] {
  const [lease, epochKey] = keys as [string, string]
  const [run = '', number = '', since = ''] = args
  const held = data.hashes.get(lease)
  if (held?.['run'] === run) return [1, held['epoch']]
  if (held) return [0, held['run'], held['number'], held['since']]
  const epoch = String(data.number(epochKey) + 1)
  data.strings.set(epochKey, epoch)
  data.hashes.set(lease, { run, number, since, epoch })
  return [1, epoch]
}

function release(data: Data, keys: readonly string[], args: readonly string[]): number {
  const held = data.hashes.get(at(keys, 0))
  if (held?.['run'] !== at(args, 0) || held['epoch'] !== at(args, 1)) return 0
  return Number(data.hashes.delete(at(keys, 0)))
}

function bump(data: Data, keys: readonly string[], args: readonly string[]): number {
  const [lease, epochKey, bumped] = keys as [string, string, string]
  const run = at(args, 0)
  const known = data.hashes.get(bumped)
  const held = data.hashes.get(lease)
  const own = held?.['run'] === run ? Number(held['epoch']) : 0
  if (held?.['run'] === run) data.hashes.delete(lease)
  if (known?.['run'] === run && Number(known['epoch']) > own) return Number(known['epoch'])
  const epoch = String(Math.max(data.number(epochKey), own) + 1)
  data.strings.set(epochKey, epoch)
  data.hashes.set(bumped, { run, epoch })
  return Number(epoch)
}

function regain(data: Data, keys: readonly string[], args: readonly string[]): unknown[] {
  const [lease, epochKey] = keys as [string, string]
  const [run = '', number = '', since = '', epoch = ''] = args
  if (data.number(epochKey) < Number(epoch)) data.strings.set(epochKey, epoch)
  const held = data.hashes.get(lease)
  if (held?.['run'] === run && Number(held['epoch']) >= Number(epoch)) return [1, held['epoch']]
  if (held && held['run'] !== run) return [0, held['run'], held['number'], held['since']]
  data.hashes.set(lease, { run, number, since, epoch })
  return [1, epoch]
}
