import { DETECT } from '../detect.ts'
import type { Query } from '../stack.ts'

const limits = { timeoutMs: 10_000, maxBytes: 4 * 1024 * 1024 } as const

/**
 * What every node is asked, read-only (ha-stacks.md §7, §9.1). `end` after the last line of a text shows that it is whole: only XML shows
 * that by itself. clustat waits 10 s for an rgmanager that hangs before it says so, hence its longer limit.
 * Passwords of fence devices stand in cluster.conf: they are masked on the node and never leave it.
 */
export const RGMANAGER_QUERIES = [
  { name: 'clustat', script: 'clustat -x', ...limits, timeoutMs: 15_000 },
  { name: 'status', script: 'cman_tool status; echo end', ...limits },
  { name: 'nodes', script: 'cman_tool nodes; echo end', ...limits },
  { name: 'fence', script: 'fence_tool ls -n; echo end', ...limits },
  {
    name: 'conf',
    script: `sed -e 's/\\(pass[a-z_]*="\\)[^"]*"/\\1***"/g' -e "s/\\(pass[a-z_]*='\\)[^']*'/\\1***'/g" </etc/cluster/cluster.conf`,
    ...limits,
  },
  { name: 'digest', script: 'sha256sum </etc/cluster/cluster.conf', ...limits },
  DETECT,
] as const satisfies readonly Query[]

export type RgmanagerQuery = (typeof RGMANAGER_QUERIES)[number]['name']
