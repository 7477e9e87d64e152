import { attribute } from '../xml/element.ts'
import { isYes, option, type Top, topsOf } from './cib.ts'
import { startTakes, TAKES } from './durations.ts'
import { placeOnNode, removeFromNode } from './footprint.ts'
import { isManaged, targetOf } from './placement.ts'
import { announce, type Live, later, placesOf } from './state.ts'
import { isQuorate } from './view.ts'

/** Looks whether something is to be done. Called after every change; does nothing while it is already looking. */
export function poke(live: Live): void {
  if (live.deciding || live.closed || live.half.size > 0) return
  live.deciding = true
  const { era } = live
  live.clock.after(0, () => {
    if (live.closed || live.era !== era) return
    live.deciding = false
    decide(live)
  })
}

function decide(live: Live): void {
  if (live.dc === '') elect(live, TAKES.election)
  if (live.dc === '' || live.held) return
  const next = nextActions(live)
  if (next.length === 0) {
    if (live.busy.size === 0 && live.fencing.size === 0) live.controller = 'S_IDLE'
    releaseLeaving(live)
    announce(live)
    return
  }
  for (const { key } of next) live.busy.add(key)
  live.controller = live.controller === 'S_IDLE' ? 'S_POLICY_ENGINE' : live.controller
  announce(live)
  later(live, live.controller === 'S_POLICY_ENGINE' ? TAKES.policy : 0, () => {
    live.controller = 'S_TRANSITION_ENGINE'
    for (const action of next) action.begin()
  })
}

/** A new DC, that time after the old one was lost. */
export function elect(live: Live, ms: number): void {
  if (live.electing) return
  live.electing = true
  live.dc = ''
  live.controller = 'S_ELECTION'
  later(live, ms, () => {
    live.electing = false
    const [first] = [...live.nodes.values()].filter(node => node.seen === 'member' && node.heartbeat === 'running')
    live.dc = first?.name ?? ''
    live.controller = 'S_IDLE'
    if (first) poke(live)
  })
}

interface Action {
  readonly key: string
  readonly begin: () => void
}

function nextActions(live: Live): Action[] {
  const quorate = isQuorate(live, live.dc)
  const isFencingOn = isYes(option(live.cib, 'stonith-enabled'))
  const lost = [...live.nodes.values()].filter(
    node => (node.seen === 'down' && node.expected === 'member') || node.mustBeFenced,
  )
  const toFence = quorate && isFencingOn ? lost.filter(node => !live.fencing.has(node.name)) : []
  const fences = toFence.map(node => ({ key: `fence ${node.name}`, begin: () => live.fence(node.name) }))
  const tops = topsOf(live.cib).filter(top => !live.busy.has(top.name))
  return [...fences, ...tops.flatMap(top => actionOf(live, top, quorate))]
}

/** The one next thing to do with a group: stop its last running part that is out of place, or start its first missing one. */
function actionOf(live: Live, top: Top, quorate: boolean): Action[] {
  const names = top.members.map(member => attribute(member, 'id'))
  if (!isManaged(live, top.element) || names.some(name => live.blocked.has(name))) return []
  const places = names.flatMap(name => [...placesOf(live, name)])
  if (places.some(node => live.nodes.get(node)?.seen === 'down' || live.nodes.get(node)?.mustBeFenced)) return []
  const isStopping = !quorate && (option(live.cib, 'no-quorum-policy') ?? 'stop') === 'stop'
  const target = isStopping ? '' : targetOf(live, top)
  const broken = names.findIndex(name => live.failed.has(name))
  for (const [index, name] of [...names.entries()].reverse()) {
    const wrong = [...placesOf(live, name)].find(node => node !== target || (broken !== -1 && index >= broken))
    if (wrong !== undefined) return [action(live, top, () => stop(live, top, name, wrong))]
  }
  const missing = top.members.find(member => placesOf(live, attribute(member, 'id')).size === 0)
  if (!missing || target === '' || !quorate) return []
  return [action(live, top, () => start(live, top, attribute(missing, 'id'), attribute(missing, 'type'), target))]
}

function action(live: Live, top: Top, begin: () => void): Action {
  return {
    key: top.name,
    begin: () => {
      live.lastCall += 1
      begin()
    },
  }
}

function done(live: Live, top: Top): void {
  live.busy.delete(top.name)
  poke(live)
}

function stop(live: Live, top: Top, name: string, node: string): void {
  const fault = live.faults.stops.get(name)
  later(live, fault === 'hangs' ? TAKES.actionTimeout : TAKES.stop, () => {
    // The node may have gone meanwhile: then it is fenced, and nothing is known of the stop.
    if (!placesOf(live, name).has(node) || live.nodes.get(node)?.seen === 'down') return done(live, top)
    if (fault) return stopFailed(live, top, name, node, fault)
    placesOf(live, name).delete(node)
    live.failed.delete(name)
    removeFromNode(live, name, node)
    done(live, top)
  })
}

/** The node is fenced, or where fencing is off the resource is left alone for good (ha-stacks.md §1). */
function stopFailed(live: Live, top: Top, name: string, node: string, fault: 'fails' | 'hangs'): void {
  live.failed.add(name)
  const word = fault === 'hangs' ? 'Timed Out' : 'Error'
  live.failures.push({ resource: name, task: 'stop', node, call: live.lastCall, rc: fault === 'hangs' ? -2 : 1, word })
  const owner = live.nodes.get(node)
  if (owner && isYes(option(live.cib, 'stonith-enabled'))) owner.mustBeFenced = true
  else live.blocked.add(name)
  done(live, top)
}

function start(live: Live, top: Top, name: string, type: string, node: string): void {
  later(live, startTakes(type), () => {
    if (live.nodes.get(node)?.seen !== 'member' || !live.nodes.get(node)?.powered) return done(live, top)
    placesOf(live, name).add(node)
    if (live.faults.starts.has(`${name}@${node}`)) {
      live.failed.add(name)
      live.failures.push({ resource: name, task: 'start', node, call: live.lastCall, rc: 1, word: 'Error' })
      live.nodes.get(node)?.failCounts.set(name, 'INFINITY')
      return done(live, top)
    }
    placeOnNode(live, name, node)
    done(live, top)
  })
}

/** A node that is stopped in order leaves when nothing runs on it any more. */
function releaseLeaving(live: Live): void {
  for (const node of live.nodes.values()) {
    if (!node.leaving || [...live.running.values()].some(places => places.has(node.name))) continue
    const leave = node.leaving
    node.leaving = undefined
    leave()
  }
}
