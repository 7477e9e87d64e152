import { attribute } from '../../xml/element.ts'
import { forgetNode, nodeState, setMembership } from '../status-writer.ts'
import { DURATIONS } from './durations.ts'
import { announce, type Live, later, poke, recount } from './live.ts'

/** Everything on the node ends now; the others do not know it yet. */
export function losePower(live: Live, node: string): void {
  live.up.delete(node)
  live.running.get(node)?.clear()
  live.dark.add(node)
  live.machines.powerLost(node)
}

/** The node is lost with its power. */
export function loseNode(live: Live, node: string): void {
  losePower(live, node)
  miss(live, node)
}

/** It has power, and what runs there may write; nobody hears of it. */
export function hang(live: Live, node: string): void {
  live.machines.powerLost(node)
  crash(live, node)
}

/** The cluster's daemons die; the machine and what runs there live on. */
export function crash(live: Live, node: string): void {
  live.up.delete(node)
  miss(live, node)
}

/** The others miss the node: it is unclean until it has been fenced. */
function miss(live: Live, node: string): void {
  later(live, DURATIONS.detectMs, () => {
    if (live.up.has(node) || isDown(live, node)) return
    setMembership(live.cib, node, 'lost')
    recount(live)
    poke(live)
  })
}

function isDown(live: Live, node: string): boolean {
  return attribute(nodeState(live.cib, node), 'expected') === 'down'
}

/** Boots the node, which joins the cluster with an empty history. */
export function restorePower(live: Live, node: string): void {
  later(live, DURATIONS.bootMs, () => {
    if (live.up.has(node)) return
    live.dark.delete(node)
    live.machines.powerRestored(node)
    comeUp(live, node)
  })
}

/** The cluster's daemons end in good order: nobody has to fence the node. What still ran there ends with them. */
export function leave(live: Live, node: string): void {
  live.up.delete(node)
  live.running.get(node)?.clear()
  setMembership(live.cib, node, 'down')
  forgetNode(live.cib, node)
  recount(live)
  poke(live)
}

/** The cluster's daemons are started on a machine that is up. A node that `stayAway` names never gets through. */
export function rejoin(live: Live, node: string): void {
  if (!live.faults.away.has(node)) comeUp(live, node)
}

function comeUp(live: Live, node: string): void {
  live.up.add(node)
  forgetNode(live.cib, node)
  setMembership(live.cib, node, 'joining')
  recount(live)
  announce(live)
  later(live, DURATIONS.joinMs, () => join(live, node))
}

function join(live: Live, node: string): void {
  if (!live.up.has(node)) return
  setMembership(live.cib, node, 'member')
  recount(live)
  poke(live)
}
