import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { type Live, pictureOf } from '../engine/live.ts'

/** What runs on a node, as the machine itself would tell: read from the model's truth, not from the CIB. */
function held(call: ToolCall, live: Live, type: string): Readonly<Record<string, string>>[] {
  const here = live.running.get(call.node) ?? new Set<string>()
  const members = pictureOf(live).resources.flatMap(top => top.members)
  return members
    .filter(member => here.has(member.id) && member.agent.endsWith(`:${type}`))
    .map(member => member.parameters)
}

/** `ip [-4] [-o] addr show`: the node's own address, and the groups' addresses it holds. */
export function ip(call: ToolCall, live: Live): ToolReply {
  const words = call.args.filter(arg => !arg.startsWith('-'))
  if (!/^a(d(d(r(e(s(s)?)?)?)?)?)?$/.test(words[0] ?? '')) {
    return refusal(1, `Object "${words[0] ?? ''}" is unknown, try "ip help".`)
  }
  const own = `192.168.0.${100 + Number(call.node.replace(/\D/g, ''))}`
  const virtual = held(call, live, 'IPaddr2').map(parameters => parameters['ip'] ?? '')
  const oneLine = call.args.some(arg => /^-[a-z0-9]*o/.test(arg))
  return reply(oneLine ? oneLineText(own, virtual) : blockText(own, virtual))
}

const FOREVER = 'valid_lft forever preferred_lft forever'

function oneLineText(own: string, virtual: readonly string[]): string {
  const line = (index: number, nic: string, rest: string) =>
    `${index}: ${nic}    inet ${rest} ${nic}\\       ${FOREVER}\n`
  return [
    line(1, 'lo', '127.0.0.1/8 scope host'),
    line(2, 'eth0', `${own}/24 brd 192.168.0.255 scope global`),
    ...virtual.map(address => line(2, 'eth0', `${address}/24 brd 192.168.0.255 scope global secondary`)),
  ].join('')
}

function blockText(own: string, virtual: readonly string[]): string {
  const address = (rest: string) => [`    inet ${rest}`, `       ${FOREVER}`]
  return [
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000',
    ...address('127.0.0.1/8 scope host lo'),
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000',
    ...address(`${own}/24 brd 192.168.0.255 scope global eth0`),
    ...virtual.flatMap(ip => address(`${ip}/24 brd 192.168.0.255 scope global secondary eth0`)),
    '',
  ].join('\n')
}

/** `findmnt [-rn] -S LABEL=label0 [-o TARGET]` and `findmnt MOUNTPOINT`; exit 1 when it is not mounted here. */
export function findmnt(call: ToolCall, live: Live): ToolReply {
  const mounted = held(call, live, 'Filesystem')
  const source = valueAfter(call.args, '-S')
  const columns = (valueAfter(call.args, '-o') || 'TARGET').split(',')
  const places = call.args.filter(arg => arg.startsWith('/'))
  const rows = mounted.filter(mount => {
    const label = (mount['device'] ?? '').replace(/^-L/, 'LABEL=')
    return source !== '' ? label === source : places.length === 0 || places.includes(mount['directory'] ?? '')
  })
  if (rows.length === 0) return reply('', 1)
  return reply(rows.map(mount => `${columns.map(column => cell(mount, column)).join(' ')}\n`).join(''))
}

function valueAfter(args: readonly string[], option: string): string {
  const at = args.indexOf(option)
  return at < 0 ? '' : (args[at + 1] ?? '')
}

function cell(mount: Readonly<Record<string, string>>, column: string): string {
  if (column === 'SOURCE') return `/dev/disk/by-label/${(mount['device'] ?? '').replace(/^-L/, '')}`
  return (column === 'FSTYPE' ? mount['fstype'] : mount['directory']) ?? ''
}
