import { describe, expect, test } from 'vitest'
import { compareOutputs } from '../../src/runs/steps/compare.ts'
import { cardText } from '../../src/transcripts/card-text.ts'
import { viewOf } from '../../src/transcripts/view-of.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { exited, notSent } from '../support/scripted-shell.ts'

const printed = (host: string, stdout: string) => ({ host, stdout, isWhole: true })

describe('what several nodes printed', () => {
  test('is the same', () => {
    expect(compareOutputs([printed('node1', 'a\n'), printed('node2', 'a\n')], []).outcome).toBe('succeeded')
  })

  test('differs on the fewer of them', () => {
    const outputs = [printed('node1', 'a\n'), printed('node2', 'b\n'), printed('node3', 'b\n'), printed('node4', 'c\n')]
    expect(compareOutputs(outputs, []).reason).toMatchInlineSnapshot(`
      "node1 and node4 differ from node[2-3]
      --- node[2-3]
      +++ node1
      @@ -1 +1 @@
      -b
      +a
      --- node[2-3]
      +++ node4
      @@ -1 +1 @@
      -b
      +c"
    `)
  })

  test('is the same but for what is to be ignored', () => {
    const outputs = [
      printed('node1', '# written on Monday\ndeadtime 10  # s\nnode node1\n'),
      printed('node2', '# written on Tuesday\n\n# twice\ndeadtime 10\nnode node1\n'),
    ]
    expect(compareOutputs(outputs, ['#.*', '\\s+$']).reason).toMatchInlineSnapshot(`
      "node2 differs from node1
      --- node1
      +++ node2
      @@ -1,2 +1,3 @@
      +
       deadtime 10
       node node1"
    `)
    expect(compareOutputs(outputs, ['#.*', '\\s+$', '^$']).outcome).toBe('succeeded')
  })

  test('differs in a password alone, which is not shown', () => {
    const hidden = (line: number, print: string) => ({ hidden: new Map([[line, print]]) })
    const text = 'a\npasswd="***"\nb\n'
    const outputs = [
      { ...printed('node1', text), ...hidden(1, 'one') },
      { ...printed('node2', text), ...hidden(1, 'two') },
    ]
    expect(compareOutputs(outputs, []).reason).toMatchInlineSnapshot(`
      "node2 differs from node1
      --- node1
      +++ node2
      @@ -1,3 +1,3 @@
       a
      -passwd="***" (password A, not shown)
      +passwd="***" (password B, not shown)
       b"
    `)
    expect(compareOutputs([...outputs.slice(1), { ...printed('node3', text), ...hidden(1, 'two') }], []).outcome).toBe(
      'succeeded',
    )
    expect(compareOutputs(outputs, ['^passwd.*']).outcome).toBe('succeeded')
  })

  test('differs in the end of its last line', () => {
    expect(compareOutputs([printed('node1', 'a\n'), printed('node2', 'a')], []).reason).toMatchInlineSnapshot(`
      "node2 differs from node1
      --- node1
      +++ node2
      @@ -1 +1,2 @@
       a
      +\\ No newline at end of file"
    `)
  })

  test('cannot be told to be the same where it is cut, no text, or only one', () => {
    const cut = { host: 'node2', stdout: 'a\n', isWhole: false }
    const cases = [
      [printed('node1', 'a\n'), cut],
      [printed('node1', 'a\uFFFD'), printed('node2', 'a\uFFFD')],
      [printed('node1', 'a\n')],
    ]
    expect(cases.map(outputs => compareOutputs(outputs, []))).toMatchInlineSnapshot(`
      [
        {
          "outcome": "errored",
          "reason": "node2: too long to be compared line by line",
        },
        {
          "outcome": "errored",
          "reason": "node[1-2]: this is no text; compare a checksum instead",
        },
        {
          "outcome": "errored",
          "reason": "only node1 was asked: there is nothing to compare it with",
        },
      ]
    `)
  })

  test('is cut where it differs in very much', () => {
    const many = (mark: string) => Array.from({ length: 500 }, (_, line) => `${mark}${line}\n`).join('')
    const { reason } = compareOutputs([printed('node1', many('a')), printed('node2', many('b'))], [])
    expect(reason.split('\n')).toHaveLength(62)
    expect(reason).toContain('… 943 more lines')
  })
})

const RUNBOOK = `apiVersion: ha/v1
name: verify-config
version: 1.0.0
stack: pacemaker
summary: Is it the same everywhere
command: verify config
risk: read
steps:
  - id: same
    name: ha.cf is the same on all nodes
    compare: { file: /etc/ha.d/it's ha.cf, ignore: ['#.*'] }
    hosts: "['node1', 'node2', 'node3']"
`

async function compared(...contents: readonly (string | undefined)[]) {
  const bench = await createBench({ library: await libraryWith(RUNBOOK) })
  const run = await bench.request('verify config')
  bench.shell.expect(
    ...contents.map((text, i) => ({
      node: `node${i + 1}`,
      script: `file='/etc/ha.d/it'\\''s ha.cf'\ncat <"$file"`,
      result: text === undefined ? notSent('unreachable', 'no route') : exited(0, text),
    })),
  )
  const state = await bench.leg(run, 1)
  bench.shell.verify()
  return { bench, run, state }
}

describe('a `compare`', () => {
  test('of a file that is the same everywhere succeeds', async () => {
    const { state } = await compared('a\n', 'a\n# mine\n', 'a\n')
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('fails with who differs, and shows in what on the card and in the transcript', async () => {
    const { bench, run, state } = await compared('a\nb\n', 'a\nb\n', 'a\nc\n')
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('node3 differs from node[1-2]')
    const record = await bench.journal.load(run)
    if (!record) throw new Error('no record')
    expect(cardText(viewOf(record, state.updatedAt))).toMatchInlineSnapshot(`
      "✗  Verify config: failed, nothing was changed  ·  #42 · pvfs · 0:00
         Ana asked: /ha verify config

         ✗ ha.cf is the same on all nodes  node[1-3]  0.0 s  node3 differs from node[1-2]
             │ --- node[1-2]
             │ +++ node3
             │ @@ -1,2 +1,2 @@
             │  a
             │ -b
             │ +c

         step "ha.cf is the same on all nodes": node3 differs from node[1-2]
         next: nothing was changed; look: /ha status on pvfs"
    `)
    expect(await bench.transcript(run)).toContain(
      'node3 differs from node[1-2]\n    --- node[1-2]\n    +++ node3\n    @@ -1,2 +1,2 @@\n     a\n    -b\n    +c\n',
    )
  })

  test('with a node that cannot be asked is errored, and names it', async () => {
    const { state } = await compared('a\n', undefined, 'b\n')
    expect(state.finished?.outcome).toBe('errored')
    expect(state.steps['same']?.reason).toBe('node2: no route')
  })
})
