import type { FenceEvent } from '../fencing.ts'
import { forgetNode, setMembership } from '../status-writer.ts'
import { DURATIONS } from './durations.ts'
import { announce, type Live, later, pictureOf, poke, recount } from './live.ts'
import { losePower, restorePower } from './membership.ts'

export type FenceRequest = Pick<FenceEvent, 'target' | 'action' | 'client' | 'origin'>

/** Fences a node by its device; `done` hears whether that worked. Two requests for one node share one action. */
export function fence(live: Live, request: FenceRequest, done: (succeeded: boolean) => void): void {
  const reason = brokenDevice(live, request.target) ?? noDevice(live, request.target)
  const pending: FenceEvent = { ...request, status: 'pending', delegate: '', completedAt: 0, reason: '' }
  live.fencing.push(pending)
  announce(live)
  const takesMs = reason === '' ? DURATIONS.fenceMs : DURATIONS.fenceMs + DURATIONS.fenceRetryMs
  later(live, takesMs, () => {
    const delegate = delegateFor(live, request.target)
    const status = reason === '' ? 'success' : 'failed'
    replace(live, pending, { ...pending, status, delegate, completedAt: live.clock.now(), reason })
    if (reason === '') powerCycle(live, request)
    announce(live)
    done(reason === '')
  })
}

/** A person's word that the node is down: nothing is done to it, and everybody believes it (ha-stacks.md §9.8) [S]. */
export function confirm(live: Live, request: FenceRequest): void {
  const done = { status: 'success', delegate: 'a human', completedAt: live.clock.now(), reason: '' } as const
  live.fencing.push({ ...request, ...done })
  live.up.delete(request.target)
  believedDown(live, request.target)
}

function believedDown(live: Live, target: string): void {
  setMembership(live.cib, target, 'down')
  forgetNode(live.cib, target)
  recount(live)
  poke(live)
}

function replace(live: Live, pending: FenceEvent, ended: FenceEvent): void {
  live.fencing.splice(live.fencing.indexOf(pending), 1, ended)
}

/** Devices that may fence a node, by their host list. */
export function devicesFor(live: Live, target: string): string[] {
  return pictureOf(live)
    .resources.flatMap(top => top.members)
    .filter(member => member.agent.startsWith('stonith:'))
    .filter(member => (member.parameters['pcmk_host_list'] ?? '').split(/[\s,;]+/).includes(target))
    .map(member => member.id)
}

function brokenDevice({ faults }: Live, target: string): string | undefined {
  return faults.fencing.get(target) ?? (faults.boards.has(target) ? 'No route to host' : undefined)
}

function noDevice(live: Live, target: string): string {
  return devicesFor(live, target).length > 0 ? '' : 'No such device'
}

/** The member that runs the device, else any other member. */
function delegateFor(live: Live, target: string): string {
  const picture = pictureOf(live)
  const devices = devicesFor(live, target)
  const holder = picture.resources.flatMap(top => top.members).find(member => devices.includes(member.id))
    ?.active[0]?.node
  const others = picture.nodes.filter(node => node.online && node.name !== target).map(node => node.name)
  return holder !== undefined && others.includes(holder) ? holder : (others[0] ?? '')
}

function powerCycle(live: Live, request: FenceRequest): void {
  losePower(live, request.target)
  believedDown(live, request.target)
  if (request.action === 'reboot' && !live.faults.broken.has(request.target)) restorePower(live, request.target)
}
