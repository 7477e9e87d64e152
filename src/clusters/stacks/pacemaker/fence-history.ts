import type { Failure } from '../../status.ts'
import { attribute, type XmlElement } from '../xml.ts'

/**
 * Fencing that failed and has not succeeded since, newest first as crm_mon lists it. A later success on the same node supersedes
 * it whatever the action was: the node is known to be gone.
 */
export function failedFencings(events: readonly XmlElement[]): readonly Failure[] {
  return events.flatMap((event, index) => {
    const isSuperseded = events.some((other, place) => isLaterSuccess(other, place, event, index))
    return attribute(event, 'status') === 'failed' && !isSuperseded ? [failedFencing(event)] : []
  })
}

function isLaterSuccess(other: XmlElement, place: number, event: XmlElement, index: number): boolean {
  if (attribute(other, 'status') !== 'success' || attribute(other, 'target') !== attribute(event, 'target'))
    return false
  const [theirs, ours] = [completed(other), completed(event)]
  return Number.isNaN(theirs) || Number.isNaN(ours) || theirs === ours ? place < index : theirs > ours
}

/** `2025-03-03 10:20:11Z`, `2025-03-03 10:20:11.123456 +01:00`; NaN when it is neither. */
function completed(event: XmlElement): number {
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:\d\d)$/.exec(attribute(event, 'completed')) ?? []
  return Date.parse(`${day}T${time}${zone}`)
}

function failedFencing(event: XmlElement): Failure {
  const action = attribute(event, 'action') || 'fencing'
  const reason = attribute(event, 'exit-reason')
  return {
    resource: '',
    group: '',
    node: attribute(event, 'target'),
    task: 'fencing',
    reason: reason === '' ? `${action} failed` : `${action} failed: ${reason}`,
    at: attribute(event, 'completed'),
  }
}
