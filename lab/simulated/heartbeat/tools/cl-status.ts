import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { type Daemon, daemonOf, type Live, peerOf, rscstatus } from '../live.ts'
import { TEXTS } from '../texts.ts'

const BAD_COMMAND = 11
const UNKNOWN_NODE = 11

/** `cl_status` of 2.1.3; exit 1 means "dead" as well as "Heartbeat does not answer" (ha-stacks.md §5). */
export function clStatus(call: ToolCall, live: Live): ToolReply {
  const own = daemonOf(live, call.node)
  const [command, ...words] = call.args
  if (command === 'hbstatus') return own.running ? reply(TEXTS.running) : reply(TEXTS.stopped, 1)
  const answer = ANSWERS[command ?? '']
  if (!answer) return reply('', BAD_COMMAND, `cl_status: Unknown command: ${command ?? ''}\n`)
  if (!own.running) return reply('', 1, TEXTS.noSignOn)
  return answer(
    own,
    words.filter(word => !word.startsWith('-')),
    live,
  )
}

type Answer = (own: Daemon, words: readonly string[], live: Live) => ToolReply

const ANSWERS: Readonly<Record<string, Answer>> = {
  rscstatus: own => reply(`${rscstatus(own)}\n`),
  listnodes: (_own, _words, live) => reply([...live.nodes.keys()].map(name => `${name}\n`).join('')),
  nodestatus(own, [node = ''], live) {
    if (!live.nodes.has(node)) return reply('', UNKNOWN_NODE, `cl_status: node ${node} unknown\n`)
    const state = node === own.name ? 'active' : own.sees
    return reply(`${state}\n`, state === 'active' || state === 'up' ? 0 : 1)
  },
  listhblinks: (_own, _words, live) => reply(live.links.map(link => `\t${link}\n`).join('')),
  hblinkstatus(own, [node = '', link = ''], live) {
    const peer = peerOf(live, own)
    const isUp = node === peer.name && peer.running && !peer.deadLinks.has(link) && own.sees !== 'dead'
    // A node hears nothing of itself over a multicast or unicast link.
    return isUp ? reply('up\n') : reply('dead\n', 1)
  },
  hbparameter(own, [name = '']) {
    const line = own.haCf.split('\n').find(text => text.split(/\s+/)[0] === name)
    return line === undefined ? reply('', 1) : reply(`${line.split(/\s+/).slice(1).join(' ')}\n`)
  },
}
