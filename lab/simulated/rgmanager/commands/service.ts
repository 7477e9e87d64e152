import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { stopClvmd, stopCman, stopRgmanager } from '../engine/daemons.ts'
import { startClvmd, startCman, startRgmanager } from '../engine/membership.ts'
import { type Live, nodeOf } from '../live.ts'

type Daemon = 'cman' | 'clvmd' | 'rgmanager'
type Word = (call: ToolCall, live: Live) => ToolReply | Promise<ToolReply>

/** `service cman|clvmd|rgmanager start|stop|status` (ha-stacks.md §7, §9.2). Lines of start and stop are [D] from the article, shortened. */
export function service(call: ToolCall, live: Live): ToolReply | Promise<ToolReply> {
  const [name = '', word = ''] = call.args
  const words = name === 'cman' || name === 'clvmd' || name === 'rgmanager' ? WORDS[name] : undefined
  const act = words?.[word]
  return act ? act(call, live) : refusal(1, `${name}: unrecognized service`)
}

const WORDS: Readonly<Record<Daemon, Readonly<Record<string, Word>>>> = {
  cman: {
    status: status('cman', 'cluster is running.', 'cman is not running'),
    async start(call, live) {
      // A node that does not get back in: the init script waits for quorum and gives up [D].
      if (live.faults.strays.has(call.node)) return reply('Starting cluster: \n   Waiting for quorum... [FAILED]\n', 1)
      if (!nodeOf(live, call.node).cman) await startCman(live, call.node)
      return reply('Starting cluster: \n   Starting cman... [  OK  ]\n   Joining fence domain... [  OK  ]\n')
    },
    async stop(call, live) {
      const done = !nodeOf(live, call.node).cman || (await stopCman(live, call.node))
      if (done) return reply('Stopping cluster: \n   Leaving fence domain... [  OK  ]\n   Stopping cman... [  OK  ]\n')
      return reply(
        'Stopping cluster: \n   Leaving fence domain... found dlm lockspace /sys/kernel/dlm/clvmd\n[FAILED]\n',
        1,
      )
    },
  },
  clvmd: {
    status: clvmdStatus,
    async start(call, live) {
      if (!nodeOf(live, call.node).cman) return reply('Starting clvmd: [FAILED]\n', 1)
      await startClvmd(live, call.node)
      return reply('Starting clvmd: [  OK  ]\n')
    },
    async stop(call, live) {
      await stopClvmd(live, call.node)
      return reply('Stopping clvmd: [  OK  ]\n')
    },
  },
  rgmanager: {
    status: status('rgmanager', 'rgmanager (pid 2304) is running...', 'rgmanager is stopped'),
    async start(call, live) {
      if (!nodeOf(live, call.node).cman) return reply('Starting Cluster Service Manager: [FAILED]\n', 1)
      await startRgmanager(live, call.node)
      return reply('Starting Cluster Service Manager: [  OK  ]\n')
    },
    async stop(call, live) {
      await stopRgmanager(live, call.node)
      return reply('Stopping Cluster Service Manager: [  OK  ]\n')
    },
  },
}

function status(daemon: Daemon, running: string, stopped: string): Word {
  return (call, live) => (nodeOf(live, call.node)[daemon] ? reply(`${running}\n`) : reply(`${stopped}\n`, 3))
}

function clvmdStatus(call: ToolCall, live: Live): ToolReply {
  if (!nodeOf(live, call.node).clvmd) return reply('clvmd is stopped\n', 3)
  const active = [...(live.active.get(call.node) ?? [])].map(name => name.slice(name.indexOf('/') + 1))
  return reply(
    `clvmd (pid 2211) is running...\nClustered Volume Groups: shared_vg\nActive clustered Logical Volumes: ${active.join(' ') || '(none)'}\n`,
  )
}
