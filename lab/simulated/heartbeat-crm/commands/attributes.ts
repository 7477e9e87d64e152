import { refusal, reply } from '../../stack-model.ts'
import { attribute } from '../../xml/element.ts'
import { option, pairIn, removeOption, removePair, section, setOption, setPair } from '../cib.ts'
import type { Live } from '../state.ts'
import { TEXTS } from '../texts.ts'
import { isRunning } from '../view.ts'
import { edited } from './edited.ts'
import { has, type Tool, wordAfter } from './tool.ts'

/** `-U NODE -v on|off`, `-D -U NODE`, `-G -U NODE [-Q]` (ha-stacks.md §6, §9.7). */
export const crmStandby: Tool = (live, { node, args }) => {
  if (!isRunning(live, node)) return refusal(246, TEXTS.notConnected)
  const found = section(live.cib, 'nodes').children.find(each => attribute(each, 'uname') === wordAfter(args, '-U'))
  if (!found) return refusal(234, TEXTS.doesNotExist)
  if (has(args, '-G')) {
    const value = pairIn(found, 'instance_attributes', 'standby')
    if (has(args, '-Q')) return reply(`${value ?? 'off'}\n`)
    return value === undefined ? reply('scope=nodes value=(null)\n', 234) : reply(`scope=nodes value=${value}\n`)
  }
  if (has(args, '-D')) removePair(found, 'instance_attributes', 'standby')
  else setPair(found, 'instance_attributes', `nodes-${attribute(found, 'id')}`, 'standby', wordAfter(args, '-v'))
  edited(live)
  return reply('')
}

/** `-t crm_config -n NAME -G [-Q] | -v VALUE | -D`. */
export const crmAttribute: Tool = (live, { node, args }) => {
  if (!isRunning(live, node)) return refusal(246, TEXTS.notConnected)
  if (wordAfter(args, '-t') !== 'crm_config') return refusal(204, 'crm_attribute: this model knows -t crm_config only')
  const name = wordAfter(args, '-n')
  if (has(args, '-G')) {
    const value = option(live.cib, name)
    if (value === undefined) return refusal(234, TEXTS.doesNotExist)
    return reply(has(args, '-Q') ? `${value}\n` : `name=${name} value=${value}\n`)
  }
  if (has(args, '-D')) {
    if (!removeOption(live.cib, name)) return refusal(234, TEXTS.doesNotExist)
  } else setOption(live.cib, name, wordAfter(args, '-v'))
  edited(live)
  return reply('')
}

/** `-G -Q -U NODE -r RESOURCE`, `-D -r RESOURCE -U NODE`. */
export const crmFailcount: Tool = (live, { node, args }) => {
  if (!isRunning(live, node)) return refusal(246, TEXTS.notConnected)
  const owner = live.nodes.get(wordAfter(args, '-U'))
  if (!owner) return refusal(234, TEXTS.doesNotExist)
  const name = wordAfter(args, '-r')
  if (has(args, '-G')) return reply(`${owner.failCounts.get(name) ?? '0'}\n`)
  if (has(args, '-D')) return forget(live, owner.failCounts, name)
  return refusal(204, 'crm_failcount: this model knows -G and -D only')
}

function forget(live: Live, counts: Map<string, string>, name: string) {
  counts.delete(name)
  edited(live)
  return reply('')
}
