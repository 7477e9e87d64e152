import type { Refusal } from './refusals.ts'

/** sshd hands the whole command to a shell as one argument, and Linux caps one argument at 131,071 bytes (§3.1). */
export const MAX_COMMAND_BYTES = 100_000

/** A word that any POSIX shell reads back as exactly `text`. */
function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
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
  const text = `exec ${become === 'sudo' ? 'sudo -n -- ' : ''}/bin/sh -c ${singleQuoted(script)}`
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_COMMAND_BYTES) return { text }
  return {
    code: 'too-large',
    reason:
      `The script for ${node} takes ${bytes} bytes as a command; ${MAX_COMMAND_BYTES} is the limit. ` +
      'Nothing was sent. Put large content into a file and use a copy step.',
  }
}
