import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { TAKES } from '../durations.ts'
import { startHeartbeat, stopHeartbeat } from '../membership.ts'
import type { Live } from '../state.ts'
import { TEXTS } from '../texts.ts'
import { controllerOf, dcSeenFrom, isQuorate, isRunning, membersSeenFrom, seenFrom } from '../view.ts'
import { has, type Tool, wordAfter } from './tool.ts'

/** -D waits 30 s where there is no DC. Exit codes 255, 254, 253 (ha-stacks.md §6). */
export const crmadmin: Tool = (live, { node, args }) => {
  if (!isRunning(live, node)) return refusal(254, 'Could not connect to the CRM')
  if (has(args, '-D')) {
    const dc = dcSeenFrom(live, node)
    return dc === '' ? waitInVain(live) : reply(`Designated Controller is: ${dc}\n`)
  }
  if (has(args, '-N'))
    return reply([...live.nodes.values()].map(({ name, uuid }) => `normal node: ${name} (${uuid})\n`).join(''))
  const asked = wordAfter(args, '-S')
  const other = live.nodes.get(asked)
  if (!other || seenFrom(live, node, other) === 'down') return waitInVain(live)
  return reply(`Status of crmd@${asked}: ${controllerOf(live, asked)} (ok)\n`)
}

function waitInVain(live: Live): Promise<ToolReply> {
  return new Promise(resolve => {
    live.clock.after(TAKES.crmadminTimeout, () => resolve(refusal(253, TEXTS.noDc)))
  })
}

export const ccmTool: Tool = (live, { node, args }) => {
  if (!isRunning(live, node)) return refusal(1, 'ccm_tool: could not connect to ccm')
  if (has(args, '-q')) return reply(isQuorate(live, node) ? '1\n' : '0\n')
  return reply(
    `${membersSeenFrom(live, node)
      .map(each => each.name)
      .join(' ')}\n`,
  )
}

/** An answer on stdout, or none: rc 1 stands for "dead" and for "heartbeat is not running" (ha-stacks.md §5). */
export const clStatus: Tool = (live, { node, args: [what, name = ''] }) => {
  const runs = isRunning(live, node)
  const isStarted = runs || live.nodes.get(node)?.heartbeat === 'starting'
  if (what === 'hbstatus') return isStarted ? reply(TEXTS.hbRunning) : reply(TEXTS.hbStopped, 1)
  if (!runs) return refusal(1, TEXTS.cannotSignOn)
  if (what === 'listnodes') return reply([...live.nodes.keys()].map(each => `${each}\n`).join(''))
  if (what !== 'nodestatus') return refusal(11, 'cl_status: unknown command')
  const other = live.nodes.get(name)
  if (!other) return refusal(11, 'cl_status: unknown node')
  return seenFrom(live, node, other) === 'member' ? reply('active\n') : reply('dead\n', 1)
}

/** `stop` blocks while resources move (ha-stacks.md §9.2). */
export const heartbeatInit: Tool = async (live, { node, args: [what] }) => {
  if (what === 'status')
    return isRunning(live, node) ? reply(TEXTS.hbStatusRunning(node)) : reply(TEXTS.hbStatusStopped, 3)
  if (what === 'stop') {
    await stopHeartbeat(live, node)
    return reply(TEXTS.initStopped)
  }
  if (what !== 'start') return refusal(1, 'heartbeat: this model knows start, stop and status only')
  startHeartbeat(live, node)
  return reply(TEXTS.initStarted)
}

/** `pidof heartbeat cib crmd`; rc 1 where none of them runs. */
export const pidof: Tool = (live, { node }) =>
  live.nodes.get(node)?.heartbeat === 'stopped' ? reply('', 1) : reply('2345 2401 2405\n')
