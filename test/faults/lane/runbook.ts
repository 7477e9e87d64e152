import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LaneNodes } from './nodes.ts'

/** The ids of the steps that change something; the harness knows them by this. */
export const CHANGES = ['change1', 'change2'] as const

/** Writes the library of a lane: one runbook whose changes leave a line in the ledger of executions. */
export async function writeRunbooks(folder: string, nodes: LaneNodes): Promise<string> {
  const runbooks = join(folder, 'runbooks')
  await mkdir(join(runbooks, 'pacemaker'), { recursive: true })
  const yaml = text(nodes)
  await writeFile(join(runbooks, 'pacemaker', 'touch.yaml'), yaml)
  const sha256 = createHash('sha256').update(yaml).digest('hex')
  await writeFile(join(runbooks, 'runbooks.lock'), `pacemaker/touch 1.0.0 ${sha256}\n`)
  return runbooks
}

function text(nodes: LaneNodes): string {
  return `apiVersion: ha/v1
name: touch
version: 1.0.0
stack: pacemaker
summary: Leave a mark that can be counted
command: touch <tag>
risk: disruptive
inputs:
  tag: { type: string, description: What the mark is called, pattern: "^[a-z0-9]+$" }
timeout: 5m
steps:
  - id: quorum
    name: The cluster is quorate
    check: cluster.quorate
  - id: look
    name: Look around
    hosts: any
    timeout: 20s
    run: |
      echo "looking for $tag"
  - approve: Leave the mark \${{ inputs.tag }}
${CHANGES.map(step => change(step, nodes)).join('')}  - id: still
    name: The cluster is still quorate
    check: cluster.quorate
`
}

/** The mark first, with one write; then output in pieces, so that a follower sees it grow. */
function change(step: string, { executions, holds, bootId }: LaneNodes): string {
  return `  - id: ${step}
    name: Mark ${step}
    hosts: any
    change: disruptive
    timeout: 60s
    run: |
      printf '%s %s %s %s\\n' "$tag" ${step} "$(cat '${bootId}')" "$(date +%s%N)" >> '${executions}'
      echo "${step} of $tag: part 1"
      sleep 0.1
      n=0
      while [ -e '${holds}/'"$tag.${step}" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
      echo "${step} of $tag: part 2"
      echo "${step} of $tag: a word beside" >&2
`
}
