import { DETECT } from '../detect.ts'
import type { Query } from '../stack.ts'

/**
 * `limited SECONDS COMMAND…`: some tools of 2.1.3 never return (ha-stacks.md §2), and not every system of that time has timeout(1).
 * The watch holds no output open: the answer is complete when the command has ended.
 */
const LIMITED = `limited() {
  seconds=$1
  shift
  if command -v timeout >/dev/null 2>&1; then
    timeout "$seconds" "$@"
    return
  fi
  "$@" &
  limited_pid=$!
  (sleep "$seconds"; kill -9 "$limited_pid") >/dev/null 2>&1 </dev/null &
  watch_pid=$!
  wait "$limited_pid"
  limited_rc=$?
  kill "$watch_pid" 2>/dev/null
  return "$limited_rc"
}
`

/**
 * What every node is asked, read-only (ha-stacks.md §6, §9.1). crm_mon asks again every 30 s for ever where there is no CIB, so whether heartbeat
 * runs is asked first, and no answer is believed that does not reach the line that ends it.
 * `-l` takes the node's own copy of the configuration: nodes that differ must not be made to agree by asking the DC for all.
 */
export const HEARTBEAT_CRM_QUERIES = [
  DETECT,
  {
    name: 'status',
    script: `${LIMITED}said=$(limited 8 cl_status hbstatus 2>&1)
case $said in
  *stopped*) printf '%s\\n-- heartbeat is stopped --\\n' "$said" ;;
  *)
    limited 10 crm_mon -1 -r 2>&1
    printf '\\n-- end of crm_mon, exit %s --\\n' "$?"
    ;;
esac`,
    timeoutMs: 25_000,
    maxBytes: 4 * 1024 * 1024,
  },
  {
    name: 'cib',
    script: `${LIMITED}limited 10 cibadmin -Q -l`,
    timeoutMs: 15_000,
    maxBytes: 16 * 1024 * 1024,
  },
  {
    // Quorum; who the DC is, then what it is doing: crmadmin -D waits 30 s where none is elected.
    name: 'controller',
    script: `${LIMITED}printf 'quorum %s\\n' "$(limited 6 ccm_tool -q 2>&1)"
echo '-- quorum said --'
said=$(limited 6 crmadmin -D 2>&1)
printf '%s\\n' "$said"
dc=\${said#*Designated Controller is: }
case $dc in
  "$said" | '' | *[!A-Za-z0-9._-]*) ;;
  *) limited 6 crmadmin -S "$dc" 2>&1 ;;
esac
echo '-- end --'`,
    timeoutMs: 20_000,
    maxBytes: 64 * 1024,
  },
] as const satisfies readonly Query[]

export type HeartbeatCrmQuery = (typeof HEARTBEAT_CRM_QUERIES)[number]['name']
