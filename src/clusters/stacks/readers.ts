import type { Stack } from '../inventory.ts'
import { heartbeatReader } from './heartbeat/reader.ts'
import { heartbeatCrmReader } from './heartbeat-crm/reader.ts'
import { pacemakerReader } from './pacemaker/reader.ts'
import { rgmanagerReader } from './rgmanager/reader.ts'
import type { StackReader } from './stack.ts'

const READERS: Readonly<Record<Stack, StackReader>> = {
  pacemaker: pacemakerReader,
  'heartbeat-crm': heartbeatCrmReader,
  heartbeat: heartbeatReader,
  rgmanager: rgmanagerReader,
}

/** How the status of a stack is read. */
export function readerOf(stack: Stack): StackReader {
  return READERS[stack]
}
