import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../src/canonical.ts'
import { sq } from '../../src/runbooks/script.ts'

export const STEP = 'change'

export interface Marks {
  /** Folder of a library with `mark <tag>`, whose one change takes two seconds. */
  readonly runbooks: string
  /** How often the change of this tag has begun, told by the node and not by us. */
  count(tag: string): Promise<number>
}

export async function writeMarks(folder: string): Promise<Marks> {
  const runbooks = join(folder, 'runbooks')
  const marks = join(folder, 'marks')
  await mkdir(join(runbooks, 'pacemaker'), { recursive: true })
  await writeFile(marks, '')
  const yaml = text(marks)
  await writeFile(join(runbooks, 'pacemaker/mark.yaml'), yaml)
  await writeFile(join(runbooks, 'runbooks.lock'), `pacemaker/mark 1.0.0 ${sha256(yaml)}\n`)
  return {
    runbooks,
    count: async tag => (await readFile(marks, 'utf8')).split('\n').filter(line => line === tag).length,
  }
}

function text(marks: string): string {
  return `apiVersion: ha/v1
name: mark
version: 1.0.0
stack: pacemaker
summary: Leave a mark that can be counted
command: mark <tag>
risk: disruptive
inputs:
  tag: { type: string, description: What the mark is called, pattern: "^[a-z0-9]+$" }
timeout: 5m
steps:
  - approve: Leave the mark \${{ inputs.tag }}
  - id: ${STEP}
    name: Mark
    hosts: any
    change: disruptive
    timeout: 60s
    run: |
      echo "$tag" >>${sq(marks)}
      sleep 2
`
}
