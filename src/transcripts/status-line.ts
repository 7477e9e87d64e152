import type { ClusterStatus } from '../clusters/status.ts'
import { agoText } from './times.ts'

/** `read 2 s ago from node1, node4`. */
export function readingLine(status: ClusterStatus, now: number): string {
  return `read ${agoText(Date.parse(status.readAt), now)} from ${status.readFrom.join(', ')}`
}
