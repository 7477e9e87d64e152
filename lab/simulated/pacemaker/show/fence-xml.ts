import { type Element, element } from '../../xml/element.ts'
import { isoTime } from '../cib.ts'
import type { FenceEvent } from '../fencing.ts'

/** `<fence_history>`, newest first; only a live cluster has one. */
export function fenceHistory(events: readonly FenceEvent[]): Element {
  return element('fence_history', { status: '0' }, [...events].reverse().map(fenceEvent))
}

export function fenceEvent(event: FenceEvent): Element {
  const delegate = event.delegate ? { delegate: event.delegate } : {}
  const completed = event.status === 'pending' ? {} : { completed: isoTime(event.completedAt) }
  return element('fence_event', {
    action: event.action,
    target: event.target,
    client: event.client,
    origin: event.origin,
    status: event.status,
    ...(event.reason ? { 'exit-reason': event.reason } : {}),
    ...delegate,
    ...completed,
  })
}
