/**
 * What the tools of Heartbeat 2.1.3 say, with the tag of the reference (ha-stacks.md): [S] read in their source, [R] seen, [D] documented, [U] not
 * verified. Nothing that is [U] may be expected by a test or concluded from by a runbook.
 */
export const TEXTS = {
  /** [S] §5 */
  hbRunning: 'Heartbeat is running on this machine.\n',
  /** [S] §5 */
  hbStopped: 'Heartbeat is stopped on this machine.\n',
  /** [S] §6 */
  noDc: 'No messages received in 30 seconds.. aborting\n',
  /** [S] §6 */
  doesNotExist: 'Error performing operation: The object/attribute does not exist\n',
  /** [S] §6; the words behind the colon are [U] */
  notConnected: 'Error performing operation: could not connect to the CIB\n',
  /** [S] §9.9 */
  primitivesOnly: (name: string) => `We can only process primitive resources, not ${name}\n`,
  /** [S] §9.9 */
  hostMissing: 'Please supply a hostname with -H\n',
  /** [S] §2; exit code 0 */
  unknownNode: (name: string) => `Error performing operation: ${name} is not a known node\n`,
  /** [S] §2; exit code 0 */
  alreadyActive: (name: string, node: string) => `Error performing operation: ${name} is already active on ${node}\n`,
  /** [S] §2; exit code 0 */
  severalNodes: (name: string) => `Error performing operation: ${name} is active on multiple nodes\n`,
  /** [S] §9.3 */
  verifyWarnings: 'Warnings found during check: config may not be valid\n',
  /** [S] §9.3 */
  verifyErrors: 'Errors found during check: config not valid\n  -V may provide more details\n',
  /** [S] §9.3 */
  unparsable: (file: string) => `Couldn't parse input file: ${file}\n`,
  /** [S] §9.3; the words behind the colon are [U] */
  liveQueryFailed: 'Live CIB query failed: Remote node did not respond\n',
  /** [S] §9.8 */
  meatwareConfirmed: 'Meatware_client: reset confirmed.\n',
  /** [S] §9.8; the words are [U], the exit code 3 is [S] */
  meatwareCancelled: 'Meatware_client: operation canceled.\n',
  /** [S] §9.8 */
  meatwareNothing: (node: string) => `Meatware_IPC failed: /var/run/meatware.${node}: No such file or directory\n`,
  /** [S, R] §5 */
  hbStatusRunning: (node: string) => `heartbeat OK [pid 2345 et al] is running on ${node} [${node}]...\n`,
  /** [S, R] §5 */
  hbStatusStopped: 'heartbeat is stopped. No process\n',
  /** [U] */
  initStopped: 'Stopping High-Availability services: done\n',
  /** [U] */
  initStarted: 'Starting High-Availability services: done\n',
  /** [S] §9.11 */
  pvfsUnreachable: (alias: string) => `Error: could not retrieve configuration from server: tcp://${alias}:3334\n`,
  /** [S] §9.8 */
  ipmiUnreachable: 'Error: Unable to establish LAN session\n',
  /** [S] §5 */
  cannotSignOn: `cl_status[2345]: ERROR: Cannot signon with heartbeat\ncl_status[2345]: ERROR: REASON: hb_api_signon: Can't initiate connection to heartbeat\n`,
} as const
