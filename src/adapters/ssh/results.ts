import type { ExecutionResult } from '../../runs/ports.ts'
import { type Endpoint, placeOf } from './endpoint.ts'
import type { Patience } from './patience.ts'
import type { RemoteRun } from './remote-run.ts'
import { sudoRefusal } from './sudo.ts'

/** Puts an ended run into the classes of `ExecutionResult`, in words for a person. */
export function resultOf(endpoint: Endpoint, run: RemoteRun, patience: Patience, durationMs: number): ExecutionResult {
  const place = placeOf(endpoint)
  const { ending, stdout, stderr } = run
  const got = { stdout, stderr, durationMs }
  switch (ending.kind) {
    case 'exited':
      return exited(endpoint, run, ending, durationMs)
    case 'unlinked':
      return {
        kind: 'not-sent',
        code: 'unreachable',
        reason: `The connection to ${place} broke before the command was sent (${ending.detail}). Nothing was sent.`,
      }
    case 'full':
      return {
        kind: 'not-sent',
        code: 'channel-refused',
        reason: `${place} opened no channel for the command (${ending.detail}). Nothing was sent. Check MaxSessions of its sshd.`,
      }
    case 'lost':
      return {
        kind: 'lost',
        reason:
          `The connection to ${place} broke after the command was sent (${ending.detail}). ` +
          'It may have run to its end, and it may still be running: look at the node before repeating it.',
        ...got,
      }
    case 'unstored':
      return {
        kind: 'lost',
        reason:
          `The output of ${place} could not be stored (${ending.detail}), so ha-bot stopped listening. ` +
          'The command was sent; it may still be running.',
        ...got,
      }
    case 'abandoned':
      return { kind: patience.why(), reason: abandoned(place, patience.why(), durationMs), ...got }
  }
}

/** For an exception, which only a defect of ha-bot can be: how far the command came is not known, so it counts as lost. */
export function interrupted(endpoint: Endpoint, error: unknown): ExecutionResult {
  const nothing = { text: '', bytes: 0, truncated: true }
  const detail = error instanceof Error ? error.message : String(error)
  const reason = `A defect in ha-bot (${detail}) interrupted the command on ${placeOf(endpoint)}. It may have run: look at the node.`
  return { kind: 'lost', reason, stdout: nothing, stderr: nothing, durationMs: 0 }
}

function exited(
  endpoint: Endpoint,
  { stdout, stderr, said }: RemoteRun,
  { code, signal }: { code: number; signal: string },
  durationMs: number,
): ExecutionResult {
  const end = { exitCode: code, stdoutBytes: stdout.bytes, stderr: said.text }
  const refusal = endpoint.ssh.become === 'sudo' ? sudoRefusal(end, endpoint.user) : undefined
  if (refusal === undefined) return { kind: 'exited', exitCode: code, exitSignal: signal, stdout, stderr, durationMs }
  return {
    kind: 'not-sent',
    code: 'login-refused',
    reason:
      `On ${placeOf(endpoint)} ${refusal}, so the script did not start and nothing ran. ` +
      `Allow ${endpoint.user} to run /bin/sh there with NOPASSWD in sudoers, or log in as another user.`,
  }
}

function abandoned(place: string, why: 'timed-out' | 'cancelled', durationMs: number): string {
  const after = `${(durationMs / 1000).toFixed(1)} s after it was sent to ${place}`
  const what =
    why === 'cancelled' ? `The command was cancelled ${after}` : `No exit was seen ${after}, and its time is up`
  return `${what}. It may still be running there: look at the node before repeating it.`
}
