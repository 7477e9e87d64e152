import type { ClientChannel } from 'ssh2'
import { Keeper } from '../../runs/kept.ts'
import type { Execution, Kept, StreamName } from '../../runs/ports.ts'
import type { Connection } from './connection.ts'
import { type Ending, followChannel, letGo, requestExec } from './exec-channel.ts'

export interface RemoteRun {
  /** `abandoned`: the signal fired before the end was seen. */
  readonly ending: Ending | { readonly kind: 'abandoned' }
  readonly stdout: Kept
  readonly stderr: Kept
  /** The beginning of stderr whatever `keepBytes` is: sudo's refusals are found there. */
  readonly said: Kept
}

const SAID_BYTES = 1_024

/** Sends one exec request and sees it to its end. Never rejects; settles at the latest when `signal` fires. */
export async function runRemotely(
  connection: Connection,
  command: string,
  { output, keepBytes, stdin }: Pick<Execution, 'output' | 'keepBytes' | 'stdin'>,
  signal: AbortSignal,
): Promise<RemoteRun> {
  const keepers = { stdout: new Keeper(keepBytes), stderr: new Keeper(keepBytes) }
  const said = new Keeper(SAID_BYTES)
  function take(stream: StreamName, chunk: Buffer): void | Promise<void> {
    keepers[stream].add(chunk)
    if (stream === 'stderr') said.add(chunk)
    return output?.(stream, chunk)
  }
  const ending = await new Promise<RemoteRun['ending']>(resolve => {
    let held: ClientChannel | undefined
    function settle(how: RemoteRun['ending']): void {
      signal.removeEventListener('abort', abandon)
      if (held && how.kind !== 'exited') letGo(held)
      resolve(how)
    }
    function abandon(): void {
      settle({ kind: 'abandoned' })
    }
    signal.addEventListener('abort', abandon, { once: true })
    requestExec(connection, command, answer => {
      if ('ending' in answer) return settle(answer.ending)
      held = answer.channel
      // Confirmed only after the caller gave up.
      if (signal.aborted) return letGo(held)
      void followChannel(held, connection, take).then(settle)
      held.end(stdin)
    })
  })
  return { ending, stdout: keepers.stdout.kept(), stderr: keepers.stderr.kept(), said: said.kept() }
}
