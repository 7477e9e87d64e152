import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { DURATIONS } from '../engine/durations.ts'
import { type Live, later } from '../engine/live.ts'
import { leave, rejoin } from '../engine/membership.ts'

const SERVICES = ['pacemaker', 'corosync']
/** `service NAME status` of a service that is stopped, as in the LSB. */
const STOPPED = 3

/** `service pacemaker|corosync stop|start|status`. As under systemd it says nothing when all is well; Corosync alone is nobody's member. */
export function service(call: ToolCall, live: Live): ToolReply | Promise<ToolReply> {
  const [name = '', action = ''] = call.args
  if (!SERVICES.includes(name)) return refusal(1, `${name}: unrecognized service`)
  const isUp = live.up.has(call.node)
  if (action === 'status') return isUp ? reply('') : reply('', STOPPED)
  const changes = name === 'pacemaker' && isUp === (action === 'stop')
  if (!changes) return reply('')
  if (action === 'start') {
    rejoin(live, call.node)
    return reply('')
  }
  return new Promise(resolve => {
    later(live, DURATIONS.leaveMs, () => {
      leave(live, call.node)
      resolve(reply(''))
    })
  })
}
