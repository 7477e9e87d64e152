import { attribute } from '../xml/element.ts'
import { parameter, resourceNamed } from './cib.ts'
import type { Live } from './state.ts'

/** What every machine has mounted. */
export const MOUNTS = 'rootfs / rootfs rw 0 0\nproc /proc proc rw 0 0\n'

/** What a started resource leaves on its node: a mount, a pid file. */
export function placeOnNode(live: Live, name: string, node: string): void {
  const resource = resourceNamed(live.cib, name)
  const files = live.files(node)
  const type = resource ? attribute(resource, 'type') : ''
  if (type === 'Filesystem') files.write('/proc/mounts', `${files.read('/proc/mounts')}${mountLine(live, name)}`)
  const pidfile = parameter(resource, 'pidfile')
  if (pidfile !== '') files.write(pidfile, '4711\n')
}

export function removeFromNode(live: Live, name: string, node: string): void {
  const resource = resourceNamed(live.cib, name)
  const files = live.files(node)
  const type = resource ? attribute(resource, 'type') : ''
  if (type === 'Filesystem') files.write('/proc/mounts', files.read('/proc/mounts').replace(mountLine(live, name), ''))
  const pidfile = parameter(resource, 'pidfile')
  if (pidfile !== '') files.remove(pidfile)
}

export function mountLine(live: Live, name: string): string {
  const resource = resourceNamed(live.cib, name)
  return `${deviceFile(parameter(resource, 'device'))} ${parameter(resource, 'directory')} ${parameter(resource, 'fstype')} rw,data=ordered 0 0\n`
}

/** `-L label2` and `label2` are /dev/sdd1: the SAN shows four LUNs as sdb to sde. */
export function deviceFile(label: string): string {
  const number = /label(\d+)\s*$/.exec(label)?.[1]
  return number === undefined ? label : `/dev/sd${String.fromCharCode(98 + Number(number))}1`
}
