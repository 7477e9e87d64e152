import { attribute, type Element } from '../xml/element.ts'
import { parameter, topsOf } from './cib.ts'
import { TAKES } from './durations.ts'
import { elect, poke } from './engine.ts'
import { MOUNTS } from './footprint.ts'
import { bootLater, forgetNode } from './membership.ts'
import { type Live, later, nodeNamed, placesOf } from './state.ts'

/** The primitive of that type that can fence a node, if the configuration has one. */
export function deviceOf(live: Live, node: string, type: 'external/ipmi' | 'meatware'): Element | undefined {
  return topsOf(live.cib)
    .flatMap(top => (top.isFencing ? top.members : []))
    .filter(device => attribute(device, 'type') === type)
    .find(device => [parameter(device, 'hostname'), parameter(device, 'hostlist')].includes(node))
}

/** The cluster fences a node, again and again until it works. Its resources are free only then. */
export function fenceNode(live: Live, name: string): void {
  live.fencing.add(name)
  later(live, TAKES.fencing, () => {
    const person = deviceOf(live, name, 'meatware')
    if (person) return askSomebody(live, name, attribute(person, 'id'))
    if (!deviceOf(live, name, 'external/ipmi') || live.faults.fencing.has(name)) return tryAgain(live, name)
    cutPower(live, name)
    fenced(live, name)
  })
}

/** The plugin waits on the node where its device runs, at a pipe of that name. */
function askSomebody(live: Live, name: string, device: string): void {
  const [host = live.dc] = [...placesOf(live, device)].filter(each => each !== name)
  live.meatware.add(name)
  live.files(host).write(pipeFor(name), '')
}

export function pipeFor(node: string): string {
  return `/var/run/meatware.${node}`
}

function tryAgain(live: Live, name: string): void {
  later(live, TAKES.fencingRetry, () => {
    live.fencing.delete(name)
    live.busy.delete(`fence ${name}`)
    poke(live)
  })
}

/** The cluster knows that the node is off: what ran there may run elsewhere. */
export function fenced(live: Live, name: string): void {
  const node = nodeNamed(live, name)
  live.meatware.delete(name)
  for (const each of live.nodes.keys()) live.files(each).remove(pipeFor(name))
  live.fencing.delete(name)
  live.busy.delete(`fence ${name}`)
  node.mustBeFenced = false
  node.expected = 'down'
  node.seen = 'down'
  forgetNode(live, name)
  if (live.dc === name) elect(live, TAKES.election)
  else poke(live)
}

/** The outlet itself: the node is gone and, if it was a reset, boots. A cluster that has not been told finds out by itself. */
export function cutPower(live: Live, name: string, comesBack = true): void {
  const node = nodeNamed(live, name)
  live.resets.set(name, (live.resets.get(name) ?? 0) + 1)
  node.powered = false
  node.outlet = comesBack && !node.broken ? 'on' : 'off'
  node.heartbeat = 'stopped'
  node.leaving = undefined
  live.machines.powerLost(name)
  live.files(name).write('/proc/mounts', MOUNTS)
  if (node.outlet === 'on') bootLater(live, name)
}
