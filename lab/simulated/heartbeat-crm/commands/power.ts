import { readFileSync } from 'node:fs'
import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { parameter } from '../cib.ts'
import { cutPower, deviceOf, fenced, pipeFor } from '../fencing.ts'
import { noticeLater, restorePower } from '../membership.ts'
import type { LabNode, Live } from '../state.ts'
import { TEXTS } from '../texts.ts'
import { has, type Tool, wordAfter } from './tool.ts'

const IPMI_PARAMETERS = ['hostname', 'ipaddr', 'userid', 'passwd', 'interface']

/**
 * `stonith -t external/ipmi -n | -F FILE -S | -F FILE -T reset|off|on NODE`. Exit codes: 1 bad configuration, 2 no access, 4 bad host, 5 reset failed
 * (ha-stacks.md §9.8). The cluster does not learn of it.
 */
export const stonith: Tool = (live, { args }) => {
  if (wordAfter(args, '-t') !== 'external/ipmi') return refusal(3, 'Invalid device type')
  if (has(args, '-n'))
    return reply(`Parameters: ${IPMI_PARAMETERS.join(' ')}\n`.replace('Parameters: ', '').replaceAll(' ', '\n'))
  const [hostname = '', address = ''] = fileText(wordAfter(args, '-F')).split(/\s+/)
  const node = [...live.nodes.values()].find(each => each.name === hostname)
  if (!node) return refusal(1, 'Invalid config info for external/ipmi device')
  if (node.bmc !== address || live.faults.fencing.has(node.name))
    return refusal(2, 'external/ipmi device not accessible.')
  if (has(args, '-S')) return reply('stonith: external/ipmi device OK.\n')
  if (args.at(-1) !== node.name) return refusal(4, 'external/ipmi device does not control this host')
  return switched(live, node, has(args, '-T') ? wordAfter(args, '-T') : 'reset')
}

function switched(live: Live, node: LabNode, action: string): ToolReply {
  if (action === 'on') restorePower(live, node.name)
  else {
    const wasPowered = node.powered
    cutPower(live, node.name, action === 'reset')
    if (wasPowered) noticeLater(live, node.name)
  }
  return reply('')
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** `-I lan -H ADDRESS -U USER -f FILE power status`. */
export const ipmitool: Tool = (live, { args }) => {
  const node = [...live.nodes.values()].find(each => each.bmc === wordAfter(args, '-H'))
  const device = node && deviceOf(live, node.name, 'external/ipmi')
  const password = fileText(wordAfter(args, '-f')).trim()
  const isWrong = device && parameter(device, 'passwd') !== password
  if (!node || isWrong || live.faults.fencing.has(node.name)) return refusal(1, TEXTS.ipmiUnreachable)
  if (!args.includes('status')) return refusal(1, 'ipmitool: this model knows power status only')
  return reply(`Chassis Power is ${node.outlet}\n`)
}

/** Exactly `y` and a newline confirms; only while a fencing waits for a person (ha-stacks.md §9.8). */
export const meatclient: Tool = (live, { node, args, stdin }) => {
  const name = wordAfter(args, '-c')
  if (!live.meatware.has(name) || !live.files(node).has(pipeFor(name))) return refusal(4, TEXTS.meatwareNothing(name))
  if (stdin !== 'y\n') return refusal(3, TEXTS.meatwareCancelled)
  fenced(live, name)
  return reply(TEXTS.meatwareConfirmed)
}
