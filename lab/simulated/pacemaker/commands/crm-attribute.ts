import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { childWith, type Element, ensureChild } from '../../xml/element.ts'
import { deleteNvpair, nvpairs, section, setNvpair } from '../cib.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readOptions } from './options.ts'
import { openSource, type Source } from './source.ts'

const OPTIONS = {
  n: 'name=',
  name: 'name=',
  N: 'node=',
  node: 'node=',
  U: 'node=',
  t: 'type=',
  type: 'type=',
  G: 'query',
  query: 'query',
  v: 'value=',
  update: 'value=',
  D: 'delete',
  delete: 'delete',
  d: 'default=',
  default: 'default=',
  q: 'quiet',
  Q: 'quiet',
  quiet: 'quiet',
  l: 'lifetime=',
  lifetime: 'lifetime=',
}

/** Where a set of name-value pairs lives. */
interface Place {
  readonly scope: 'crm_config' | 'nodes'
  readonly parent: Element
  readonly sets: string
  readonly setId: string
}

interface Request {
  readonly source: Source
  readonly place: Place
  readonly name: string
  readonly values: Readonly<Record<string, string>>
}

/** `crm_attribute` for cluster options and permanent node attributes. */
export function crmAttribute(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_attribute: Unknown option ${unknown}`)
  return attributeTool(call, live, values)
}

/** `crm_standby`, which is crm_attribute for the one attribute `standby` (ha-stacks.md §9.7). */
export function crmStandby(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_standby: Unknown option ${unknown}`)
  return attributeTool(call, live, { ...values, name: 'standby', node: values['node'] ?? call.node, standby: 'yes' })
}

function attributeTool(call: ToolCall, live: Live, values: Readonly<Record<string, string>>): ToolReply {
  const name = values['name'] ?? ''
  const source = openSource(call, live)
  if (!source) {
    return refusal(
      EXIT.disconnected,
      'crm_attribute: Could not connect to the CIB: Transport endpoint is not connected',
    )
  }
  const place = placeOf(source.cib, values)
  if (!place) return refusal(EXIT.noSuch, `crm_attribute: Could not map name=${values['node']} to a UUID`)
  const request = { source, place, name, values }
  if (values['value'] !== undefined) return update(request, values['value'])
  return values['delete'] ? remove(request) : query(request)
}

function placeOf(cib: Element, values: Readonly<Record<string, string>>): Place | undefined {
  const name = values['node']
  if (name === undefined) {
    const parent = section(cib, 'crm_config')
    return { scope: 'crm_config', parent, sets: 'cluster_property_set', setId: 'cib-bootstrap-options' }
  }
  const node = childWith(section(cib, 'nodes'), 'node', 'uname', name)
  if (!node) return undefined
  return { scope: 'nodes', parent: node, sets: 'instance_attributes', setId: `nodes-${node.attributes['id']}` }
}

function update({ source, place, name }: Request, value: string): ToolReply {
  ensureChild(place.parent, place.sets, { id: place.setId })
  setNvpair(place.parent, place.sets, place.setId, name, value)
  source.commit('crm_attribute')
  return reply('')
}

function remove({ source, place, name }: Request): ToolReply {
  const id = deleteNvpair(place.parent, place.sets, name)
  if (id === '') return reply('')
  source.commit('crm_attribute')
  return reply(`Deleted ${place.scope === 'nodes' ? 'nodes attribute' : 'crm_config option'}: id=${id} name=${name}\n`)
}

function query({ place, name, values }: Request): ToolReply {
  const found = nvpairs(place.parent, place.sets)[name]
  if (found !== undefined) return answer(place.scope, name, found, values)
  // crm_standby falls back to the transient attribute, whose default is off.
  if (values['standby']) return answer('status', name, 'off', values)
  if (values['default'] !== undefined) return answer(place.scope, name, values['default'], values)
  return refusal(EXIT.noSuch, 'crm_attribute: Error performing operation: No such device or address')
}

function answer(scope: string, name: string, value: string, values: Readonly<Record<string, string>>): ToolReply {
  return reply(values['quiet'] ? `${value}\n` : `scope=${scope}  name=${name} value=${value}\n`)
}
