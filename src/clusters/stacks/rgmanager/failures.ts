import type { Failure } from '../../status.ts'
import { STATE } from './group-state.ts'
import type { Service } from './groups.ts'

/** What rgmanager could not do, from the states of its services: it keeps no other record. */
export function failuresOfServices(services: readonly Service[]): readonly Failure[] {
  return services.flatMap(service => {
    const found = taskAndReason(service)
    if (!found) return []
    const { group, said } = service
    const at = said && said.lastTransition > 0 ? new Date(said.lastTransition * 1000).toISOString() : ''
    const node = said?.owner || said?.lastOwner || ''
    return [{ resource: group.name, group: group.name, node, at, ...found }]
  })
}

function taskAndReason({ said }: Service): Pick<Failure, 'task' | 'reason'> | undefined {
  if (said?.state === STATE.failed)
    return { task: 'stop', reason: 'state failed: it did not stop; parts of it may still be active there' }
  if (said?.state === STATE.recoverable)
    return { task: 'start', reason: 'state recoverable: it did not start, and is not tried again by itself' }
  if (said?.state === STATE.started && said.partial)
    return { task: 'monitor', reason: 'a part that is not critical is down ([P])' }
  return undefined
}
