import type { Query } from '../stack.ts'

const limits = { timeoutMs: 10_000, maxBytes: 16 * 1024 * 1024 } as const

/**
 * What one node is asked, all at the same time and read-only (ha-stacks.md §8, §9.1, §9.3).
 * `-l` takes the node's own copy of the configuration: two nodes that differ must not be made to agree by asking the DC for both.
 * The controller's script says who the DC is before it asks it for its state: during an election only the first line comes.
 * Its two time limits together stay below that of the query.
 */
export const PACEMAKER_QUERIES = [
  { name: 'status', script: 'crm_mon -1 --output-as=xml', ...limits },
  { name: 'cib', script: 'cibadmin -Q -l', ...limits },
  {
    name: 'controller',
    script: `said=$(crmadmin -t 4s -D 2>&1)
printf '%s\\n' "$said"
dc=$(printf '%s\\n' "$said" | sed -n 's/^Designated Controller is: \\([^ ]*\\).*$/\\1/p')
case $dc in
  '' | not) ;;
  *) crmadmin -t 4s -S "$dc" 2>&1 ;;
esac`,
    ...limits,
  },
  { name: 'digest', script: 'cibadmin -Q -l -o configuration | cibadmin --md5-sum -p', ...limits },
] as const satisfies readonly Query[]

export type PacemakerQuery = (typeof PACEMAKER_QUERIES)[number]['name']
