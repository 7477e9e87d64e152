import { DETECT } from '../detect.ts'
import type { Query } from '../stack.ts'

const limits = { timeoutMs: 10_000, maxBytes: 256 * 1024 } as const

/**
 * What every node is asked, all at the same time and read-only (ha-stacks.md §5, §9.1). Lines of an answer begin with `|`, so that the
 * `end` behind them cannot be part of a file. What follows the first parameter of a `stonith_host` line may be a password and stays there.
 * cl_status gives up by itself after 5 s.
 */
export const HEARTBEAT_QUERIES = [
  DETECT,
  {
    name: 'ha.cf',
    script: `awk '$1 == "stonith_host" { print "|" $1, $2, $3, $4; next } { print "|" $0 }' </etc/ha.d/ha.cf && echo end`,
    ...limits,
  },
  { name: 'haresources', script: `sed 's/^/|/' </etc/ha.d/haresources && echo end`, ...limits },
  {
    name: 'said',
    script: `show() { printf '? %s\\n' "$1"; printf '%s\\n' "$2" | sed 's/^/|/'; }
ask() { said=$(cl_status "$@"); show "$*" "$said"; }
show 'uname -n' "$(uname -n)"
ask hbstatus
case $said in
  *'is running'*)
    ask rscstatus
    ask listnodes -n
    for node in $said; do
      ask nodestatus "$node"
      ask listhblinks "$node"
      for link in $said; do ask hblinkstatus "$node" "$link"; done
    done
    ;;
esac
echo end`,
    ...limits,
  },
] as const satisfies readonly Query[]

export type HeartbeatQuery = (typeof HEARTBEAT_QUERIES)[number]['name']
