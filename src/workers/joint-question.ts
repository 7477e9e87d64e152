import type { Query } from '../clusters/stacks/stack.ts'
import { assembleScript, sq } from '../runbooks/script.ts'

/** The first line of a joint answer. */
export const JOINT_BEGIN = 'ha1 answers'
export const JOINT_END = 'ha1 end'

/**
 * All queries as one script, so that a node has one exec to serve and not one for each. They run at the same time, as the stages of a
 * pipeline, which carries nothing: each prints its answer when the stage before it has ended, so that answers never mix. No file is
 * written: a status must be read on a full disk as well.
 *
 * An answer is `ha1 answer <name> <bytes>`, newline, that many bytes, newline; the bytes are stdout, stderr without the line ends at its
 * end, and ` <exit code> <bytes of stderr>`. NUL bytes are lost, as in every variable of a shell; no tool of a cluster prints any.
 */
export function jointScript(queries: readonly Pick<Query, 'name' | 'script'>[]): string {
  const odd = queries.find(({ name }) => !/^[a-z][a-z0-9-]*$/.test(name))
  if (odd) throw new RangeError(`${JSON.stringify(odd.name)} is no name for a query`)
  const functions = queries.map(({ script }, index) => `query${index}() { eval ${sq(script)}\n}`)
  const stages = queries.map(({ name }, index) => `answer ${name} query${index}`)
  return assembleScript([ANSWER, ...functions, BEGIN, `${stages.join(' |\n')}`, `echo '${JOINT_END}'`].join('\n'), {})
}

/** A profile may have left its last line open. */
const BEGIN = `exec 5>&1 </dev/null
printf '\\n%s\\n' '${JOINT_BEGIN}'`

/** `read` waits for the end of the stage before: nobody writes into that pipe. */
const ANSWER = `answer() {
  said=$({
    err=$("$2" 2>&1 >&4 4>&- 5>&- </dev/null)
    rc=$?
    printf '%s %s %s' "$err" "$rc" "\${#err}"
  } 4>&1)
  read -r turn || :
  printf 'ha1 answer %s %s\\n%s\\n' "$1" "\${#said}" "$said" >&5
}`
