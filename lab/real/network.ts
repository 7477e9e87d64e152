import { must, run } from './command.ts'
import { type LabNames, type NodeName, nodeAddress, nodeNamespace, nodeNumber } from './names.ts'

/** Makes the bridge in a namespace of its own and the host's one link to it. Names with `names.prefix` must be free. */
export async function makeSwitch(names: LabNames, signal?: AbortSignal): Promise<void> {
  const { switchNamespace: inside, hostLink, hostAddress } = names
  await must('ip', ['netns', 'add', inside], { signal })
  await ip(inside, 'link add name bridge type bridge', signal)
  await ip(inside, 'link set bridge up', signal)
  await must('ip', ['link', 'add', hostLink, 'type', 'veth', 'peer', 'name', 'host', 'netns', inside], { signal })
  await ip(inside, 'link set host master bridge up', signal)
  await must('ip', ['address', 'add', `${hostAddress}/24`, 'dev', hostLink], { signal })
  await must('ip', ['link', 'set', hostLink, 'up'], { signal })
}

/** Makes the node's namespace and its cable to the switch. The hardware address is fixed, or peers would talk to the old one after a restart. */
export async function plugIn(names: LabNames, node: NodeName, signal?: AbortSignal): Promise<void> {
  const inside = nodeNamespace(names, node)
  const hardware = `02:00:0a:d5:${names.prefix.slice(3)}:0${nodeNumber(node)}`
  await must('ip', ['netns', 'add', inside], { signal })
  await ip(
    names.switchNamespace,
    `link add ${node} type veth peer name eth0 address ${hardware} netns ${inside}`,
    signal,
  )
  await ip(names.switchNamespace, `link set ${node} master bridge up`, signal)
  await ip(inside, 'link set lo up', signal)
  await ip(inside, `address add ${nodeAddress(names, node)}/24 dev eth0`, signal)
  await ip(inside, 'link set eth0 up', signal)
}

/** Takes the cable and the namespace away: its addresses, the groups' too, answer no more. Fine if they are gone already. */
export async function unplug(names: LabNames, node: NodeName): Promise<void> {
  await run('ip', ['-n', names.switchNamespace, 'link', 'delete', node])
  await run('ip', ['netns', 'delete', nodeNamespace(names, node)])
}

async function ip(namespace: string, words: string, signal: AbortSignal | undefined): Promise<void> {
  await must('ip', ['-n', namespace, ...words.split(' ')], { signal })
}
