import type { LayoutService } from '../layout.ts'
import type { Live } from '../live.ts'

/** `/dev/shared_vg/ha_lv` as /proc/mounts names it: dashes of the names doubled. */
export function mapperName(device: string): string {
  const [, dev, vg = '', lv = '', ...more] = device.split('/')
  if (dev !== 'dev' || lv === '' || more.length > 0 || vg === 'mapper') return device
  return `/dev/mapper/${vg.replaceAll('-', '--')}-${lv.replaceAll('-', '--')}`
}

const OWN = ['rootfs / rootfs rw 0 0', '/dev/sda1 / ext4 rw,relatime 0 0', 'proc /proc proc rw 0 0']

/** What this node has mounted, for whoever reads its /proc/mounts. */
export function writeMounts(live: Live, node: string): void {
  const mounts = [...(live.mounted.get(node) ?? [])].flatMap(({ mount }) => (mount ? [mount] : []))
  const lines = mounts.map(
    ({ device, mountpoint, fstype }) => `${mapperName(device)} ${mountpoint} ${fstype} rw,relatime 0 0`,
  )
  live.ground.files(node).write('/proc/mounts', `${[...OWN, ...lines].join('\n')}\n`)
}

export function takeStorage(live: Live, service: LayoutService, node: string): void {
  if (service.volume) live.active.get(node)?.add(`${service.volume.vg}/${service.volume.lv}`)
  if (service.mount) live.mounted.get(node)?.add(service)
  writeMounts(live, node)
}

export function releaseStorage(live: Live, service: LayoutService, node: string): void {
  if (service.volume) live.active.get(node)?.delete(`${service.volume.vg}/${service.volume.lv}`)
  live.mounted.get(node)?.delete(service)
  writeMounts(live, node)
}

/** The machine is gone: nothing is mounted or active on it. */
export function loseStorage(live: Live, node: string): void {
  live.active.get(node)?.clear()
  live.mounted.get(node)?.clear()
  writeMounts(live, node)
}
