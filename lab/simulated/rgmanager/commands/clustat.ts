import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { escapeXml } from '../../xml/text.ts'
import { isQuorate, type Live, type LiveNode, type LiveService, membersSeenBy, nodeOf, passed, STATE } from '../live.ts'
import { ctime, wordAfter } from './tool.ts'

/** What clustat prints of a state (ha-stacks.md §7). */
const WORDS: Readonly<Record<number, string>> = {
  110: 'stopped',
  111: 'starting',
  112: 'started',
  113: 'stopping',
  114: 'failed',
  117: 'recoverable',
  118: 'recovering',
  119: 'disabled',
  120: 'migrating',
}
/** How long clustat waits for an rgmanager that does not answer, in ms [S]. */
const PATIENCE_MS = 10_000

/** `clustat [-x | -s SERVICE | -m NODE | -Q]` as of rgmanager 3.1.8. */
export async function clustat(call: ToolCall, live: Live): Promise<ToolReply> {
  const { args, node } = call
  // What stands behind the colon depends on the library [U].
  if (!nodeOf(live, node).cman) return refusal(1, 'Could not connect to CMAN: No such file or directory')
  if (args.includes('-Q')) return reply('', isQuorate(live, node) ? 0 : 1)
  if (args.includes('-m')) return member(live, node, wordAfter(args, '-m'))
  const deaf = live.faults.deaf.has(node) && isQuorate(live, node)
  if (deaf) await passed(live, PATIENCE_MS)
  const stderr = deaf ? 'Timed out waiting for a response from Resource Group Manager\n' : ''
  if (args.includes('-s')) return { ...service(live, wordAfter(args, '-s'), deaf), stderr }
  return { exitCode: 0, stdout: args.includes('-x') ? xml(live, node, deaf) : text(live, node, deaf), stderr }
}

function member(live: Live, node: string, name: string): ToolReply {
  if (!live.nodes.some(each => each.name === name)) return reply('', 255)
  return reply('', membersSeenBy(live, node).some(each => each.name === name) ? 0 : 1)
}

function service(live: Live, name: string, deaf: boolean): ToolReply {
  if (deaf) return reply('')
  const found = live.services.find(({ layout }) => [layout.fullName, `service:${name}`, name].includes(layout.fullName))
  const match = found && [found.layout.fullName, found.layout.fullName.replace('service:', '')].includes(name)
  if (!found || !match) return reply('', 255)
  const stdout = `${[...serviceHeading(), serviceLine(found)].join('\n')}\n`
  const fine: readonly number[] = [STATE.started, STATE.starting, STATE.stopping]
  return reply(stdout, fine.includes(found.state) ? 0 : found.state)
}

function knowsServices(live: Live, node: string, deaf: boolean): boolean {
  return !deaf && isQuorate(live, node) && nodeOf(live, node).rgmanager
}

function xml(live: Live, node: string, deaf: boolean): string {
  const quorate = isQuorate(live, node)
  const group = nodeOf(live, node).rgmanager ? 1 : 0
  const known = knowsServices(live, node, deaf)
  return [
    '<?xml version="1.0"?>',
    '<clustat version="4.1.1">',
    `  <cluster name="${live.layout.name}" id="57396" generation="${live.generation}"/>`,
    // The line breaks inside the tag when there is no quorum [S].
    quorate ? `  <quorum quorate="1" groupmember="${group}"/>` : `  <quorum quorate="0"\n groupmember="0"/>`,
    '  <nodes>',
    ...live.nodes.map(each => nodeXml(live, node, each)),
    '  </nodes>',
    ...(known ? ['  <groups>', ...live.services.map(serviceXml), '  </groups>'] : []),
    '</clustat>',
    '',
  ].join('\n')
}

function nodeXml(live: Live, asked: string, node: LiveNode): string {
  const bit = (is: boolean) => (is ? 1 : 0)
  const up = membersSeenBy(live, asked).includes(node)
  const id = node.id.toString(16).padStart(8, '0')
  return `    <node name="${node.name}" state="${bit(up)}" local="${bit(node.name === asked)}" estranged="0" rgmanager="${bit(up && node.rgmanager && isQuorate(live, asked))}" rgmanager_master="0" qdisk="0" nodeid="0x${id}"/>`
}

function serviceXml({ layout, state, owner, lastOwner, frozen, partial, transition }: LiveService): string {
  const flags = [...(frozen ? ['frozen'] : []), ...(partial ? ['partial'] : [])]
  const number = (frozen ? 1 : 0) + (partial ? 2 : 0)
  return `    <group name="${escapeXml(layout.fullName)}" state="${state}" state_str="${WORDS[state]}" flags="${number}" flags_str="${flags.join(' ')}" owner="${owner || 'none'}" last_owner="${lastOwner || 'none'}" restarts="0" last_transition="${transition}" last_transition_str="${ctime(transition)}"/>`
}

function text(live: Live, node: string, deaf: boolean): string {
  const quorate = isQuorate(live, node)
  const members = live.nodes.map(each => memberLine(live, node, each))
  const head = [
    `Cluster Status for ${live.layout.name} @ ${ctime(Math.floor(live.clock.now() / 1000))}`,
    `Member Status: ${quorate ? 'Quorate' : 'Inquorate'}`,
    '',
    ` ${'Member Name'.padEnd(40)}ID   Status`,
    ` ${'------ ----'.padEnd(40)}---- ------`,
    ...members,
    '',
  ]
  if (!quorate) return [...head, 'Service states unavailable: Operation requires quorum', ''].join('\n')
  if (!knowsServices(live, node, deaf)) return [...head, ''].join('\n')
  return [...head, ...serviceHeading(), ...live.services.map(serviceLine), ''].join('\n')
}

function memberLine(live: Live, asked: string, node: LiveNode): string {
  const up = membersSeenBy(live, asked).includes(node)
  const words = [
    up ? 'Online' : 'Offline',
    ...(node.name === asked ? ['Local'] : []),
    ...(up && node.rgmanager && isQuorate(live, asked) ? ['rgmanager'] : []),
  ]
  return ` ${node.name.slice(0, 40).padEnd(40)} ${String(node.id).padStart(4)} ${words.join(', ')}`
}

function serviceHeading(): string[] {
  const line = (name: string, owner: string, state: string) =>
    ` ${name.padEnd(30)} ${owner.padEnd(30)} ${state.padEnd(14)}`
  return [line('Service Name', 'Owner (Last)', 'State'), line('------- ----', '----- ------', '-----')]
}

function serviceLine({ layout, state, owner, lastOwner, frozen, partial }: LiveService): string {
  const who = owner || `(${lastOwner || 'none'})`
  const flags = `${frozen ? '[Z]' : ''}${partial ? '[P]' : ''}`
  const word = `${(WORDS[state] ?? '').padEnd(flags ? 11 : 14)}${flags}`
  return ` ${layout.fullName.slice(0, 30).padEnd(30)} ${who.slice(0, 30).padEnd(30)} ${word}`
}
