import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { daemonOf, type Live } from '../live.ts'
import { startDaemon, stopDaemon } from '../membership.ts'
import { daemonRunning, TEXTS } from '../texts.ts'

/** `/etc/init.d/heartbeat`: `stop` waits until the daemon is gone, `restart` says 0 whatever happened (ha-stacks.md §2, §5). */
export function initScript(call: ToolCall, live: Live): ToolReply | Promise<ToolReply> {
  const stop = (then: () => ToolReply) =>
    new Promise<ToolReply>(resolve => stopDaemon(live, call.node, () => resolve(then())))
  const start = () => {
    startDaemon(live, call.node)
    return reply(TEXTS.starting)
  }
  switch (call.args[0]) {
    case 'start':
      return start()
    case 'stop':
      return stop(() => reply(TEXTS.stopping))
    case 'restart':
      return stop(start)
    case 'status':
      return daemonOf(live, call.node).running ? reply(daemonRunning(call.node)) : reply(TEXTS.daemonStopped, 3)
    default:
      return reply('', 1, 'Usage: heartbeat {start|stop|status|restart|reload|force-reload}\n')
  }
}
