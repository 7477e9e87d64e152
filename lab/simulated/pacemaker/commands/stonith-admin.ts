import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { isoTime } from '../cib.ts'
import { confirm, devicesFor, fence } from '../engine/fencer.ts'
import { type Live, pictureOf } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import type { FenceEvent } from '../fencing.ts'
import { readOptions } from './options.ts'

const OPTIONS = {
  l: 'list=',
  list: 'list=',
  L: 'registered',
  'list-registered': 'registered',
  H: 'history=',
  history: 'history=',
  B: 'reboot=',
  reboot: 'reboot=',
  F: 'off=',
  fence: 'off=',
  C: 'confirm=',
  confirm: 'confirm=',
  t: 'timeout=',
  timeout: 'timeout=',
  tolerance: 'tolerance=',
  V: 'verbose',
  verbose: 'verbose',
}
const NOT_CONNECTED = 'Transport endpoint is not connected'

/** `stonith_admin -l N | -L | -H N | --reboot N | --fence N | --confirm N` (ha-stacks.md §9.8). */
export function stonithAdmin(call: ToolCall, live: Live): ToolReply | Promise<ToolReply> {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `stonith_admin: Unknown option ${unknown}`)
  const timeout = values['timeout'] ?? '0'
  // [R] 2.1.5 takes seconds without a unit here, and a duration for --tolerance.
  if (!/^\d+$/.test(timeout))
    return refusal(EXIT.usage, `stonith_admin: Cannot parse integer value “${timeout}” for --timeout`)
  const target = values['reboot'] ?? values['off']
  if (!live.up.has(call.node)) {
    if (target !== undefined)
      return refusal(EXIT.disconnected, `stonith_admin: Couldn't fence ${target}: ${NOT_CONNECTED}`)
    return refusal(EXIT.disconnected, `Could not connect to fencer: ${NOT_CONNECTED}`)
  }
  if (values['confirm'] !== undefined) return believe(call, live, values['confirm'])
  if (target !== undefined) return shoot(call, live, target, values['reboot'] === undefined ? 'off' : 'reboot')
  if (values['history'] !== undefined) return history(live, values['history'])
  if (values['registered']) return devices(allDevices(live))
  return devices(devicesFor(live, values['list'] ?? ''))
}

function devices(names: readonly string[]): ToolReply {
  return reply([...names, `${names.length} fence device${names.length === 1 ? '' : 's'} found`, ''].join('\n'))
}

function allDevices(live: Live): string[] {
  const members = pictureOf(live).resources.flatMap(top => top.members)
  return members.filter(member => member.agent.startsWith('stonith:')).map(member => member.id)
}

function shoot(call: ToolCall, live: Live, target: string, action: 'reboot' | 'off'): ToolReply | Promise<ToolReply> {
  if (devicesFor(live, target).length === 0) {
    return refusal(EXIT.noSuch, `stonith_admin: Couldn't fence ${target}: No such device (No fence device)`)
  }
  const request = { target, action, client: 'stonith_admin.4711', origin: call.node }
  return new Promise(resolve => {
    fence(live, request, succeeded => {
      const reason = live.fencing.findLast(event => event.target === target)?.reason ?? ''
      resolve(succeeded ? reply('') : refusal(EXIT.error, `stonith_admin: Couldn't fence ${target}: ${reason}`))
    })
  })
}

/** It asks nothing and says nothing; whether the name is a node's, nobody looks [S]. */
function believe(call: ToolCall, live: Live, target: string): ToolReply {
  confirm(live, { target, action: 'off', client: 'stonith_admin.4711', origin: call.node })
  return reply('')
}

function history(live: Live, target: string): ToolReply {
  const events = live.fencing.filter(event => target === '*' || event.target === target).reverse()
  const noun = events.length === 1 ? 'event' : 'events'
  return reply([...events.map(eventText), `${events.length} ${noun} found`, ''].join('\n'))
}

function eventText(event: FenceEvent): string {
  const head = `${event.action} of ${event.target}`
  if (event.status === 'pending') return `${head} pending: client=${event.client}, origin=${event.origin}`
  const by = `delegate=${event.delegate}, client=${event.client}, origin=${event.origin}`
  const word = event.status === 'success' ? 'successful' : 'failed'
  const reason = event.reason ? ` (${event.reason})` : ''
  return `${head} ${word}${reason}: ${by}, last-${word}='${isoTime(event.completedAt)}'`
}
