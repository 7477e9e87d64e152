import { createHash } from 'node:crypto'
import { appendFile, cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LIBRARY = fileURLToPath(new URL('../../runbooks', import.meta.url))

/** A library of its own: the runbooks of this checkout, and those by which survival is tested. */
export async function writeSurvivalRunbooks(folder: string): Promise<string> {
  const runbooks = join(folder, 'runbooks')
  await cp(LIBRARY, runbooks, { recursive: true })
  for (const [name, text] of Object.entries(RUNBOOKS)) {
    await writeFile(join(runbooks, 'pacemaker', `${name}.yaml`), text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    await appendFile(join(runbooks, 'runbooks.lock'), `pacemaker/${name} 1.0.0 ${sha256}\n`)
  }
  return runbooks
}

function head(name: string, summary: string, command: string): string {
  return `apiVersion: ha/v1
name: ${name}
version: 1.0.0
stack: pacemaker
summary: ${summary}
command: ${command}
risk: disruptive
timeout: 10m
`
}

/** What `slow` prints on standard output in its first change. */
export function linesOf(tag: string, seconds: number): string {
  return Array.from({ length: seconds }, (_, i) => `line ${i + 1} of ${tag}\n`).join('')
}

/** Each change leaves a line in a file of the node that the product knows nothing of, before anything else. */
const SLOW = `${head('slow', 'A change that takes its time, and one behind it', 'slow <tag> for <seconds>')}inputs:
  tag: { type: string, description: What the run is called, pattern: "^[a-z0-9]+$" }
  seconds: { type: number, description: How long the first change takes }
steps:
  - id: quorum
    name: The cluster is quorate
    check: cluster.quorate
  - approve: Take \${{ inputs.tag }} its time
  - id: first
    name: The slow change
    hosts: any
    change: disruptive
    timeout: 3m
    run: |
      echo "$tag first" >> "$HOME/executions"
      n=0
      while [ "$n" -lt "$seconds" ]; do
        n=$((n + 1))
        echo "line $n of $tag"
        sleep 1
      done
      echo "a word beside" >&2
    undo: |
      echo "$tag undone" >> "$HOME/executions"
  - id: second
    name: The change behind it
    hosts: any
    change: disruptive
    timeout: 3m
    run: |
      echo "$tag second" >> "$HOME/executions"
      n=0
      while [ "$n" -lt "$seconds" ] && [ -e "$HOME/slowly" ]; do
        n=$((n + 1))
        echo "second $n of $tag"
        sleep 1
      done
      echo "all of $tag"
  - id: still
    name: The cluster is still quorate
    check: cluster.quorate
`

/** Ends only when it is ended; a stubborn one takes no notice of TERM, and neither do its children. */
const SPIN = `${head('spin', 'A change that never ends', 'spin <tag> <mood>')}inputs:
  tag: { type: string, description: What the run is called, pattern: "^[a-z0-9]+$" }
  mood: { type: choice, description: Whether it listens to TERM, options: [meek, stubborn] }
steps:
  - approve: Spin \${{ inputs.tag }}
  - id: spin
    name: The change without an end
    hosts: any
    change: disruptive
    timeout: 5m
    run: |
      [ "$mood" = stubborn ] && trap '' TERM
      echo "$tag spin" >> "$HOME/executions"
      (while :; do sleep 1; done) &
      ps -o pgid= -p $$ > "$HOME/group.$tag"
      echo "$tag turns"
      while :; do sleep 1; done
    undo: |
      echo "$tag undone" >> "$HOME/executions"
  - id: never
    name: What must not follow
    hosts: any
    change: disruptive
    timeout: 1m
    run: |
      echo "$tag never" >> "$HOME/executions"
`

/** Says a secret in the ways that output takes: at once, byte by byte with colours in between, encoded, on both streams, and in a reading. */
const LEAK = `${head('leak', 'A change that says what it should not', 'leak <tag>')}inputs:
  tag: { type: string, description: What the run is called, pattern: "^[a-z0-9]+$" }
steps:
  - id: look
    name: What a reading says
    hosts: any
    timeout: 1m
    run: |
      for file in "$HOME"/secret.*; do cat "$file"; done
  - approve: Let \${{ inputs.tag }} leak
  - id: leak
    name: The change that says it
    hosts: any
    change: disruptive
    timeout: 3m
    run: |
      echo "$tag leak" >> "$HOME/executions"
      spell() {
        rest=$1
        while [ -n "$rest" ]; do
          tail=\${rest#?}
          printf '%s' "\${rest%"$tail"}"
          [ -z "$2" ] || printf '%b' "$2"
          sleep 0.02
          rest=$tail
        done
        printf '\\n'
      }
      for file in "$HOME"/secret.*; do
        secret=$(cat "$file")
        echo "at once $secret and on"
        spell "$secret" ''
        spell "$secret" '\\033[1;31m'
        spell "$secret" '\\033[0m' >&2
      done
      secret=$(cat "$HOME/secret.PASSWORD")
      printf '%s' "$secret" | base64 -w 0
      printf '\\nencoded\\n'
      printf '%s' "$secret" | od -An -v -tx1 | tr -d ' \\n'
      printf '\\nencoded\\n'
      echo "all of $tag"
      printf '%s' "$secret"
  - id: fails
    name: The change that fails with it
    hosts: any
    change: disruptive
    timeout: 1m
    run: |
      for file in "$HOME"/secret.*; do cat "$file" >&2; done
      exit 3
`

/** Prints many megabytes of text. */
const FLOOD = `${head('flood', 'A change that says very much', 'flood <tag> <megabytes>')}inputs:
  tag: { type: string, description: What the run is called, pattern: "^[a-z0-9]+$" }
  megabytes: { type: number, description: How much it says }
steps:
  - approve: Let \${{ inputs.tag }} speak
  - id: flood
    name: The change that says very much
    hosts: any
    change: disruptive
    timeout: 10m
    run: |
      echo "$tag flood" >> "$HOME/executions"
      yes "the quick brown fox jumps over the lazy dog, $tag" | head -c $((megabytes * 1048576))
`

const RUNBOOKS = { slow: SLOW, spin: SPIN, leak: LEAK, flood: FLOOD } as const
