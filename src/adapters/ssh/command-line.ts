import type { Execution } from '../../runs/ports.ts'
import type { Refusal } from './refusals.ts'

/** sshd hands the whole command to a shell as one argument, and Linux caps one argument at 131,071 bytes (§3.1). */
export const MAX_COMMAND_BYTES = 100_000

/** What bash, dash, ksh, zsh, fish and csh all leave as it is. */
const PLAIN_WORD = /^[A-Za-z0-9._/][A-Za-z0-9._/:=,@+-]*$/

/** A word that any POSIX shell reads back as exactly `text`. */
function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The exec request of an execution: of its call where it has one, else of its script. */
export function requestFor(
  { script, call }: Pick<Execution, 'script' | 'call'>,
  become: 'sudo' | undefined,
  node: string,
): Refusal | { text: string } {
  if (call === undefined) return commandLine(script, become, node)
  const odd = call.find(word => !PLAIN_WORD.test(word))
  if (odd === undefined) return withinLimit(`exec ${prefix(become)}/bin/sh ${call.join(' ')}`, node)
  const reason = `${JSON.stringify(odd)} cannot stand in a command for ${node}: login shells read it differently. Nothing was sent.`
  return { code: 'too-large', reason }
}

/**
 * The exec request for a script. The login shell only ever sees `exec /bin/sh -c` and one quoted word. `text` carries
 * the command; a script that no exec request can carry is a refusal, because a cut or altered one must never run.
 */
export function commandLine(script: string, become: 'sudo' | undefined, node: string): Refusal | { text: string } {
  if (script.includes('\0') || /[\uD800-\uDFFF]/u.test(script)) {
    return {
      code: 'too-large',
      reason: `The script for ${node} has a NUL byte or half a character, which no command can carry. Nothing was sent.`,
    }
  }
  return withinLimit(`exec ${prefix(become)}/bin/sh -c ${singleQuoted(script)}`, node)
}

function prefix(become: 'sudo' | undefined): string {
  return become === 'sudo' ? 'sudo -n -- ' : ''
}

function withinLimit(text: string, node: string): Refusal | { text: string } {
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_COMMAND_BYTES) return { text }
  return {
    code: 'too-large',
    reason:
      `The script for ${node} takes ${bytes} bytes as a command; ${MAX_COMMAND_BYTES} is the limit. ` +
      'Nothing was sent. Put large content into a file and use a copy step.',
  }
}
