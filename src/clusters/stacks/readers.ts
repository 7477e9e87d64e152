import { bad, good, type Result } from '../../problem.ts'
import type { Stack } from '../inventory.ts'
import { pacemakerReader } from './pacemaker/reader.ts'
import type { StackReader } from './stack.ts'

const READERS: Readonly<Record<Stack, StackReader | undefined>> = {
  pacemaker: pacemakerReader,
  'heartbeat-crm': undefined,
  heartbeat: undefined,
  rgmanager: undefined,
}

/** The reader for a stack, or a problem for a stack this version cannot read. */
export function readerOf(stack: Stack): Result<StackReader> {
  const reader = READERS[stack]
  if (reader) return good(reader)
  return bad({
    code: 'stack-not-supported',
    message: `Reading a ${stack} cluster comes with a later version.`,
    stillTrue: 'Nothing was asked and nothing was changed.',
    next: `This version reads ${supported().join(', ')}.`,
  })
}

function supported(): string[] {
  return Object.entries(READERS).flatMap(([stack, reader]) => (reader ? [stack] : []))
}
