const OCF_CODES: Readonly<Record<number, string>> = {
  0: 'ok',
  1: 'error',
  2: 'invalid parameter',
  3: 'unimplemented feature',
  4: 'insufficient privileges',
  5: 'not installed',
  6: 'not configured',
  7: 'not running',
  193: 'unknown',
}
const STATUS: Readonly<Record<number, string>> = {
  [-1]: 'pending',
  0: 'complete',
  1: 'Cancelled',
  2: 'Timed Out',
  4: 'Error',
}

/** Words of services_ocf_exitcode_str in Pacemaker 2.1.5. */
export function rcText(rc: number): string {
  return OCF_CODES[rc] ?? 'unknown'
}

export function statusText(status: number): string {
  return STATUS[status] ?? 'UNKNOWN!'
}
