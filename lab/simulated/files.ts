import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface NodeFile {
  readonly text: string
  /** Default 644. */
  readonly mode?: number
}

/** What belongs to a cluster and lies at a fixed place on every node. Scripts name these places; in the lab each node has its own. */
const PLACES = [
  'etc/ha\\.d',
  'etc/haresources',
  'etc/cluster',
  'etc/lvm',
  'etc/corosync',
  'etc/init\\.d',
  'etc/rc[0-9S]\\.d',
  'etc/rc\\.d',
  'etc/fstab',
  'etc/xen',
  'var/lib/heartbeat',
  'var/lib/pacemaker',
  'var/lib/cluster',
  'var/log/ha-log',
  'var/run',
  'usr/lib/heartbeat',
  'usr/lib64/heartbeat',
  'usr/share/heartbeat',
  'usr/lib/ocf',
  'usr/lib/stonith',
  'proc/mounts',
  'dev/mapper',
  'dev/disk',
  'sys/kernel/dlm',
  'ogfs',
  'san_mount[0-9]*',
] as const

/** The files of one simulated node, under a folder of its own: no root and no namespaces are needed. */
export interface NodeFiles {
  /** Where a path of the node really is. */
  at(path: string): string
  write(path: string, file: NodeFile | string): void
  /** "" when it is not there. */
  read(path: string): string
  has(path: string): boolean
  remove(path: string): void
}

export function nodeFiles(root: string): NodeFiles {
  const at = (path: string) => join(root, path)
  return {
    at,
    write(path, file) {
      const { text, mode = 0o644 } = typeof file === 'string' ? { text: file } : file
      mkdirSync(dirname(at(path)), { recursive: true })
      writeFileSync(at(path), text)
      chmodSync(at(path), mode)
    },
    read: path => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : ''),
    has: path => existsSync(at(path)),
    remove: path => rmSync(at(path), { recursive: true, force: true }),
  }
}

/** A script whose paths of a cluster's files are those of one node. What it prints of them names the node's folder: runbooks read `<file`. */
export function rooted(script: string, root: string): string {
  return script.replace(
    new RegExp(`(^|[^A-Za-z0-9_./-])/(${PLACES.join('|')})(?![A-Za-z0-9_.-])`, 'gm'),
    `$1${root}/$2`,
  )
}

/** The same for sed, for scripts that a node carries out without us: what `claim` runs lies in the node's ledger. */
export function rootedBySed(root: string): string {
  const places = PLACES.map(place => place.replaceAll('|', '\\|')).join('\\|')
  return `s#\\(^\\|[^A-Za-z0-9_./-]\\)/\\(${places}\\)\\($\\|[^A-Za-z0-9_.-]\\)#\\1${root}/\\2\\3#g`
}
