import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { daemonOf, type Live } from '../live.ts'

/** A script of resource.d or init.d, asked for its `status`: what really runs here, whatever Heartbeat believes. */
export function resourceScript(call: ToolCall, live: Live): ToolReply {
  const script = call.tool.slice(call.tool.lastIndexOf('/') + 1)
  const words = [...call.args]
  const action = words.pop()
  if (action !== 'status') return reply('', 1, `Usage: ${script} {start|stop|status}\n`)
  const written = (script === 'IPaddr' ? words : [script, ...words]).join('::')
  const isHere = [...daemonOf(live, call.node).resources].some(resource => alike(resource) === alike(written))
  return isHere ? reply('running\n') : reply('stopped\n', 3)
}

/** Each node mounts with its own address: that makes it no other mount. */
function alike(resource: string): string {
  return resource.replace(/hostdata=.*/, 'hostdata=')
}
