import { digestOf } from '../../canonical.ts'
import type { Entry } from '../../runs/events.ts'
import type { Fault } from './fault.ts'

/** Every plan has the digest it is called by, and nothing was shown or decided that is not the latest plan before it. */
export function checkPlans(entries: readonly Entry[]): Fault[] {
  let latest = ''
  return entries.flatMap(({ seq, event }) => {
    if (event.type === 'planned') {
      latest = event.digest
      return digestOf(event.plan) === event.digest
        ? []
        : [{ where: `entry ${seq}`, what: 'has a plan with another digest than it says' }]
    }
    if (event.type !== 'decided' && event.type !== 'gate-opened') return []
    if (event.digest === latest) return []
    const what = event.type === 'decided' ? 'is a decision about' : 'is a gate for'
    return [
      { where: `entry ${seq}`, what: `${what} a plan that was not the latest one (${event.digest.slice(0, 12)})` },
    ]
  })
}
