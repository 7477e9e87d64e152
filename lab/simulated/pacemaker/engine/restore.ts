import { copyOf, type Element } from '../../xml/element.ts'
import { setMembership } from '../status-writer.ts'
import { startController } from './controller.ts'
import { announce, type Live } from './live.ts'
import { populate } from './populate.ts'

/** Everything as `beginning` describes it: power, configuration, no faults. Whoever waits for something that was under way waits for ever. */
export function restore(live: Live, beginning: Element): void {
  for (const cancel of [...live.timers]) cancel()
  live.timers.clear()
  const fresh = copyOf(beginning)
  for (const name of Object.keys(live.cib.attributes)) delete live.cib.attributes[name]
  Object.assign(live.cib.attributes, fresh.attributes)
  live.cib.children = fresh.children
  forgetFaults(live)
  live.dark.clear()
  for (const [node, resources] of live.running) {
    resources.clear()
    setMembership(live.cib, node, 'member')
    if (live.up.has(node)) continue
    live.up.add(node)
    live.machines.powerRestored(node)
  }
  Object.assign(live, {
    controller: 'S_IDLE',
    held: false,
    half: new Set(),
    inFlight: 0,
    transition: live.transition + 1,
  })
  populate(live)
  startController(live)
  announce(live)
}

function forgetFaults({ faults, fencing, ownCopy }: Live): void {
  for (const each of Object.values(faults)) each.clear()
  fencing.splice(0)
  ownCopy.clear()
}
