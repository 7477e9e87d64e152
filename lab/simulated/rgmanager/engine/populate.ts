import { announce, type Live, STATE } from '../live.ts'
import { loseStorage, takeStorage } from './storage.ts'

/** What a node has in its files. */
export interface NodeConfiguration {
  readonly clusterConf: string
  readonly lvmConf: string
}

/** Every node up, with the same files, and every service where its domain wants it; whatever was under way is forgotten. */
export function populate(live: Live, configuration: NodeConfiguration): void {
  for (const cancel of live.timers) cancel()
  live.timers.clear()
  live.victims.clear()
  live.fencing = false
  for (const node of live.nodes) {
    if (!node.power) live.ground.machines.powerRestored(node.name)
    Object.assign(node, { power: true, cman: true, clvmd: true, rgmanager: true, fencedHow: 'none' })
    loseStorage(live, node.name)
    writeFiles(live, node.name, configuration)
  }
  for (const service of live.services) {
    const owner = service.layout.order[0] ?? ''
    const lastOwner = live.nodes.find(node => node.name !== owner)?.name ?? ''
    Object.assign(service, { state: STATE.started, owner, lastOwner, frozen: false, partial: false })
    takeStorage(live, service.layout, owner)
  }
  announce(live)
}

function writeFiles(live: Live, name: string, { clusterConf, lvmConf }: NodeConfiguration): void {
  const files = live.ground.files(name)
  files.write('/etc/cluster/cluster.conf', { text: clusterConf, mode: 0o640 })
  files.write('/etc/lvm/lvm.conf', lvmConf)
  files.write('/sys/kernel/dlm/clvmd/id', '1\n')
  files.remove('/var/run/cluster/fenced_override')
}
