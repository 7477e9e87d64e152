import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { attribute, removeChild } from '../../xml/element.ts'
import { location, resourceNamed, section } from '../cib.ts'
import { poke } from '../engine.ts'
import { type Live, placesOf } from '../state.ts'
import { TEXTS } from '../texts.ts'
import { isRunning } from '../view.ts'
import { edited } from './edited.ts'
import { has, type Tool, wordAfter } from './tool.ts'

/** Exit codes are 256-n: not found 234, no connection 246 (ha-stacks.md §6). Errors of -M exit with 0 (§2). */
export const crmResource: Tool = (live, { node, args }) => {
  if (!isRunning(live, node)) return refusal(246, TEXTS.notConnected)
  const name = wordAfter(args, '-r')
  const resource = resourceNamed(live.cib, name)
  if (!resource) return refusal(234, TEXTS.doesNotExist)
  if (has(args, '-W')) return locate(live, name, has(args, '-Q'))
  if (has(args, '-M')) return move(live, name, args)
  if (has(args, '-U')) return unmove(live, name)
  if (!has(args, '-C')) return refusal(204, 'crm_resource: this model knows -W, -M, -U and -C only')
  if (resource.name !== 'primitive') return refusal(234, TEXTS.primitivesOnly(name))
  return cleanup(live, name, wordAfter(args, '-H'))
}

function nodesOf(live: Live, name: string): string[] {
  const resource = resourceNamed(live.cib, name)
  const members = resource?.name === 'group' ? resource.children.filter(each => each.name === 'primitive') : []
  const names = members.length > 0 ? members.map(each => attribute(each, 'id')) : [name]
  return [...new Set(names.flatMap(each => [...placesOf(live, each)]))]
}

/** Exit code 0 also when it is NOT running. */
function locate(live: Live, name: string, quiet: boolean): ToolReply {
  const nodes = nodesOf(live, name)
  if (nodes.length === 0) return reply('', 0, `resource ${name} is NOT running\n`)
  return reply(nodes.map(node => (quiet ? `${node}\n` : `resource ${name} is running on: ${node}\n`)).join(''))
}

function move(live: Live, name: string, args: readonly string[]): ToolReply {
  const host = wordAfter(args, '-H')
  const from = nodesOf(live, name)
  if (host !== '' && !live.nodes.has(host)) return reply('', 0, TEXTS.unknownNode(host))
  if (from.length > 1) return reply('', 0, TEXTS.severalNodes(name))
  if (host !== '' && from[0] === host) return reply('', 0, TEXTS.alreadyActive(name, host))
  if (live.faults.deafToMoves) return reply('', 0, TEXTS.unknownNode(host))
  const constraints = section(live.cib, 'constraints')
  removeMoves(live, name)
  const away = (host === '' || has(args, '-f')) && from[0] !== undefined
  if (away) constraints.children.push(location(`cli-standby-${name}`, name, '-INFINITY', from[0] ?? ''))
  if (host !== '') constraints.children.push(location(`cli-prefer-${name}`, name, 'INFINITY', host))
  edited(live)
  return reply('')
}

function removeMoves(live: Live, name: string): void {
  const constraints = section(live.cib, 'constraints')
  const mine = [`cli-prefer-${name}`, `cli-standby-${name}`]
  for (const each of [...constraints.children]) if (mine.includes(attribute(each, 'id'))) removeChild(constraints, each)
}

/** Exit code 0 also when there is nothing to remove. */
function unmove(live: Live, name: string): ToolReply {
  removeMoves(live, name)
  edited(live)
  return reply('')
}

function cleanup(live: Live, name: string, host: string): ToolReply {
  if (host === '') return refusal(1, TEXTS.hostMissing)
  if (!live.nodes.has(host)) return refusal(234, TEXTS.doesNotExist)
  const kept = live.failures.filter(failure => failure.resource !== name || failure.node !== host)
  live.failures.splice(0, live.failures.length, ...kept)
  if (placesOf(live, name).has(host)) live.failed.delete(name)
  live.blocked.delete(name)
  poke(live)
  return reply('')
}
