import { must, run } from './command.ts'
import type { LabNames, Seat } from './names.ts'

/** Makes the bridge in a namespace of its own and the host's one link to it. Names with `names.prefix` must be free. */
export async function makeSwitch(names: LabNames, signal?: AbortSignal): Promise<void> {
  const { switchNamespace: inside, hostLink, hostAddress } = names
  await must('ip', ['netns', 'add', inside], { signal })
  await ip(inside, 'link add name bridge type bridge', signal)
  await ip(inside, 'link set bridge up', signal)
  await ip(inside, 'link add name private type bridge', signal)
  await ip(inside, 'link set private up', signal)
  await must('ip', ['link', 'add', hostLink, 'type', 'veth', 'peer', 'name', 'host', 'netns', inside], { signal })
  await ip(inside, 'link set host master bridge up', signal)
  await must('ip', ['address', 'add', `${hostAddress}/24`, 'dev', hostLink], { signal })
  await must('ip', ['link', 'set', hostLink, 'up'], { signal })
}

/** Gives the switch an address for the BMC of each node: those answer also when the node has no power. */
export async function addBmcAddresses(names: LabNames, seats: readonly Seat[], signal?: AbortSignal): Promise<void> {
  await ip(names.switchNamespace, 'link set lo up', signal)
  for (const { bmcAddress } of seats) {
    await ip(names.switchNamespace, `address add ${bmcAddress}/24 dev bridge`, signal)
  }
}

/** Makes the node's namespace and its two cables: eth0 to the switch that all can reach, eth1 to the other nodes alone. */
export async function plugIn(names: LabNames, seat: Seat, signal?: AbortSignal): Promise<void> {
  const { name, namespace, hardwareAddress, address, privateAddress } = seat
  await must('ip', ['netns', 'add', namespace], { signal })
  await ip(namespace, 'link set lo up', signal)
  const eth0 = { port: name, bridge: 'bridge', end: `eth0 address ${hardwareAddress}` }
  const eth1 = { port: `${name}-private`, bridge: 'private', end: 'eth1' }
  for (const { port, bridge, end } of [eth0, eth1]) {
    await ip(names.switchNamespace, `link add ${port} type veth peer name ${end} netns ${namespace}`, signal)
    await ip(names.switchNamespace, `link set ${port} master ${bridge} up`, signal)
  }
  await ip(namespace, `address add ${address}/24 dev eth0`, signal)
  await ip(namespace, `address add ${privateAddress}/24 dev eth1`, signal)
  await ip(namespace, 'link set eth0 up', signal)
  await ip(namespace, 'link set eth1 up', signal)
}

/** Takes the cables and the namespace away: its addresses, the groups' too, answer no more. Fine if they are gone already. */
export async function unplug(names: LabNames, seat: Seat): Promise<void> {
  await run('ip', ['-n', names.switchNamespace, 'link', 'delete', seat.name])
  await run('ip', ['-n', names.switchNamespace, 'link', 'delete', `${seat.name}-private`])
  await run('ip', ['netns', 'delete', seat.namespace])
}

async function ip(namespace: string, words: string, signal: AbortSignal | undefined): Promise<void> {
  await must('ip', ['-n', namespace, ...words.split(' ')], { signal })
}
