import { poke } from '../engine.ts'
import { announce, type Live } from '../state.ts'

/** The configuration was changed: its epoch grows, and the controller looks what follows from it. */
export function edited(live: Live): void {
  live.cib.attributes['epoch'] = String(Number(live.cib.attributes['epoch'] ?? 0) + 1)
  live.cib.attributes['num_updates'] = '1'
  poke(live)
  announce(live)
}
