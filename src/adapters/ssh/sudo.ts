/** A line that sudo may print first on its own account; it says nothing about permission. */
const ASIDE = /^sudo: unable to resolve host .*\n/

const NEEDS_PASSWORD = /^sudo: (a password|a terminal|interactive authentication) is required.*$/
const MISSING = /^.*\bsudo: (command )?not found$/

/**
 * What sudo said when it refused to start the script; undefined when the script may have started. Strict on purpose: the
 * script must have printed nothing, and sudo one message only, else a script's own words could pass for "nothing ran".
 * `stderr` may be the beginning only, since sudo repeats the whole script in its refusal.
 */
export function sudoRefusal(
  end: { readonly exitCode: number; readonly stdoutBytes: number; readonly stderr: string },
  user: string,
): string | undefined {
  if (end.stdoutBytes > 0) return undefined
  const said = end.stderr.replace(ASIDE, '').trimEnd()
  if (end.exitCode === 127) return MISSING.test(said) ? 'sudo is not installed' : undefined
  if (end.exitCode !== 1) return undefined
  if (NEEDS_PASSWORD.test(said)) return `sudo asks for a password of ${user}`
  return isDenied(said, user) ? `sudo does not allow ${user} to run /bin/sh` : undefined
}

/** The login user is named in it: a script under sudo that asks sudo itself would be refused as root. */
function isDenied(said: string, user: string): boolean {
  if (said.startsWith(`Sorry, user ${user} is not allowed to execute '/bin/sh `)) return true
  const unlisted = [`Sorry, user ${user} may not run sudo on `, `${user} is not in the sudoers file`]
  return !said.includes('\n') && unlisted.some(start => said.startsWith(start))
}
