/** What the tools print, word for word (ha-stacks.md §5). [S] read in the source, [R] seen with 3.0.6, [D] manual, [U] not verified. */
export const TEXTS = {
  /** [S,R] */
  running: 'Heartbeat is running on this machine.\n',
  /** [S,R] */
  stopped: 'Heartbeat is stopped on this machine.\n',
  /** [R], the time stamp before it left out */
  noSignOn:
    "cl_status[4711]: ERROR: Cannot signon with heartbeat\ncl_status[4711]: ERROR: REASON: hb_api_signon: Can't initiate connection to heartbeat\n",
  /** [S,R] */
  daemonStopped: 'heartbeat is stopped. No process\n',
  /** [U] */
  starting:
    'Starting High-Availability services: \n                                                           [  OK  ]\n',
  /** [U] */
  stopping:
    'Stopping High-Availability services: \n                                                           [  OK  ]\n',
  /** [S,R] */
  meatwareConfirmed: 'Meatware_client: reset confirmed.\n',
  /** [S,R] */
  meatwareCancelled: 'Meatware_client: operation canceled.\n',
} as const

/** [R] of cluster-glue 1.0.12: what it says before it reads its answer. */
export function meatwareWarning(node: string): string {
  return `
WARNING!

If node "${node}" has not been manually power-cycled or disconnected from all shared resources and networks, data on shared disks may become corrupted and migrated services might not work as expected.
Please verify that the name or address above corresponds to the node you just rebooted.

PROCEED? [yN] `
}

/** [S,R]; newer ones say /run. */
export function meatwareNothing(node: string): string {
  return `Meatware_IPC failed: /var/run/meatware.${node}: No such file or directory\n`
}

/** [S,R] */
export function daemonRunning(node: string): string {
  return `heartbeat OK [pid 2345 et al] is running on ${node} [${node}]...\n`
}

/** [S]: the script's own usage; its wording is [U]. */
export function usage(tool: string): string {
  return `usage: ${tool} [all|foreign|local|failback]\n`
}
