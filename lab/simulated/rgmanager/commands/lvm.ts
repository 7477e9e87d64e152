import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { isQuorate, type Live, nodeOf, whenever } from '../live.ts'
import { wordAfter } from './tool.ts'

/** The shared storage: one volume group and what it holds. */
export interface Volumes {
  readonly vg: string
  readonly lvs: readonly string[]
  /** Clustered, or guarded by a tag with its owner's name (ha-stacks.md §9.15). */
  clustered: boolean
  tag: string
}

/** Without clvmd; the first line is [U], the others [S], the exit code [U]. */
const NO_CLVMD = (vg: string) =>
  [
    '  connect() failed on local socket: No such file or directory',
    '  Internal cluster locking initialisation failed.',
    '  WARNING: Falling back to local file-based locking.',
    '  Volume Groups with the clustered attribute will be inaccessible.',
    `  Skipping clustered volume group ${vg}`,
  ].join('\n')

/** LVM waits without limit when the cluster has no quorum or fencing is pending (ha-stacks.md §9.15). */
async function ready(live: Live, node: string): Promise<void> {
  await whenever(live, () => isQuorate(live, node) && live.victims.size === 0)
}

/** `vgs [--noheadings] -o vg_name,vg_attr,vg_tags [VG]` */
export async function vgs(call: ToolCall, live: Live, volumes: Volumes): Promise<ToolReply> {
  await ready(live, call.node)
  const { vg, clustered, tag } = volumes
  if (clustered && !nodeOf(live, call.node).clvmd) return refusal(5, NO_CLVMD(vg))
  const wanted = named(call)
  if (wanted !== '' && wanted !== vg) return refusal(5, `  Volume group "${wanted}" not found`)
  const cells: Readonly<Record<string, string>> = {
    vg_name: vg,
    vg_attr: clustered ? 'wz--nc' : 'wz--n-',
    vg_tags: tag,
  }
  return reply(row(columnsOf(call, 'vg_name,vg_attr'), cells))
}

/** `lvs [--noheadings] -o lv_name,lv_attr [VG]` */
export async function lvs(call: ToolCall, live: Live, volumes: Volumes): Promise<ToolReply> {
  await ready(live, call.node)
  const { vg } = volumes
  if (volumes.clustered && !nodeOf(live, call.node).clvmd) return refusal(5, NO_CLVMD(vg))
  const wanted = named(call)
  if (wanted !== '' && wanted !== vg) return refusal(5, `  Volume group "${wanted}" not found`)
  const rows = volumes.lvs.map(lv => {
    const isActive = live.active.get(call.node)?.has(`${vg}/${lv}`)
    const isOpen = [...(live.mounted.get(call.node) ?? [])].some(({ mount }) => mount?.device === `/dev/${vg}/${lv}`)
    const attr = `-wi-${isActive ? 'a' : '-'}${isOpen ? 'o' : '-'}----`
    return row(columnsOf(call, 'lv_name,vg_name,lv_attr'), { lv_name: lv, vg_name: vg, lv_attr: attr })
  })
  return reply(rows.join(''))
}

function columnsOf(call: ToolCall, usual: string): readonly string[] {
  return (wordAfter(call.args, '-o') || usual).split(',')
}

/** The volume group that is asked for, "" for all. */
function named({ args }: ToolCall): string {
  return args.find((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-o') ?? ''
}

function row(columns: readonly string[], cells: Readonly<Record<string, string>>): string {
  return `  ${columns.map(column => cells[column] ?? '').join(' ')}\n`
}

/** `lvm dumpconfig NAME`: what stands in this node's lvm.conf. */
export function lvm(call: ToolCall, live: Live): ToolReply {
  const [command, path = ''] = call.args
  const name = path.slice(path.indexOf('/') + 1)
  const conf = live.ground.files(call.node).read('/etc/lvm/lvm.conf')
  const found = new RegExp(`^\\s*${name.replaceAll(/[^a-z_]/g, '')}\\s*=\\s*(.*?)\\s*$`, 'm').exec(conf)?.[1]
  if (command !== 'dumpconfig') return refusal(3, `  No such command.  Try 'lvm help'.`)
  // What is said of a setting that is not there is [U].
  return found === undefined ? refusal(5, `  Configuration node ${path} not found`) : reply(`${name}=${found}\n`)
}
