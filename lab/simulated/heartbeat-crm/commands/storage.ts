import { refusal, reply } from '../../stack-model.ts'
import { attribute } from '../../xml/element.ts'
import { parameter, section, topsOf } from '../cib.ts'
import { deviceFile } from '../footprint.ts'
import { type Live, placesOf } from '../state.ts'
import { TEXTS } from '../texts.ts'
import { has, never, type Tool, wordAfter } from './tool.ts'

function primitives(live: Live) {
  return topsOf(live.cib).flatMap(top => top.members)
}

function isLabel(live: Live, label: string): boolean {
  return primitives(live).some(each => parameter(each, 'device') === `-L ${label}`)
}

/** Every node sees all LUNs. rc 2 where there is no such label (ha-stacks.md §9.11). */
export const blkid: Tool = (live, { args }) => {
  const label = wordAfter(args, '-L')
  return isLabel(live, label) ? reply(`${deviceFile(label)}\n`) : reply('', 2)
}

/** `findfs LABEL=label0`; rc 1 where there is none. */
export const findfs: Tool = (live, { args: [what = ''] }) => {
  const label = what.replace(/^LABEL=/, '')
  return isLabel(live, label) ? reply(`${deviceFile(label)}\n`) : refusal(1, `findfs: unable to resolve '${what}'`)
}

/** Addresses of a node: its own and those of the groups that run there. */
export const ip: Tool = (live, { node }) => {
  const own = section(live.cib, 'nodes').children.findIndex(each => attribute(each, 'uname') === node)
  const virtual = primitives(live).filter(
    each => /^IPaddr2?$/.test(attribute(each, 'type')) && placesOf(live, attribute(each, 'id')).has(node),
  )
  const lines = [`192.168.0.${101 + own}`, ...virtual.map(each => parameter(each, 'ip'))]
  return reply(lines.map(address => `2: eth0    inet ${address}/24 brd 192.168.0.255 scope global eth0\n`).join(''))
}

/** No output and 0 when the server behind an alias answers; it can hang as long as its client timeouts times retries. */
export const pvfsCheckServer: Tool = (live, { args }) => {
  const alias = wordAfter(args, '-h')
  const daemon = primitives(live).find(each => parameter(each, 'alias') === alias)
  const name = daemon ? attribute(daemon, 'id') : ''
  if (live.faults.starts.has(`${name}@hangs`)) return never()
  const [node] = placesOf(live, name)
  const answers = node !== undefined && live.nodes.get(node)?.powered && !live.failed.has(name)
  return answers && has(args, '-f') ? reply('') : refusal(255, TEXTS.pvfsUnreachable(alias))
}
