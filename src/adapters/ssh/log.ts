import type { Log } from '../log.ts'

/** Never given a script, output or a key. */
export type SshLog = Pick<Log, 'info' | 'warn'>

export const SILENT: SshLog = { info: () => undefined, warn: () => undefined }
