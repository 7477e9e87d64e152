import { describe, expect, it } from 'vitest'
import { verdict, withSteps } from './samples.ts'

const GATE = '  - approve: Sure?\n'

describe('a runbook whose parts do not fit together is refused', () => {
  it('a change not behind an approval', () => {
    const text = withSteps('  - run: ls\n    change: disruptive\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 This change does not stand behind an approval.
          change: disruptive
          ^^^^^^
      Put a step like - approve: "…" before it."
    `)
  })

  it('a change behind an approval that may be skipped', () => {
    const text = withSteps('  - approve: Sure?\n    if: cluster.quorate\n  - run: ls\n    change: disruptive\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:12:5 This change could run without an approval: the one before it is only asked for on a condition.
          change: disruptive
          ^^^^^^
      Give it the same if, or take the if from the approval."
    `)
  })

  it('a change that is retried', () => {
    const text = withSteps(`${GATE}  - run: ls\n    change: disruptive\n    retries: 2\n`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:12:5 A change happens at most once: it cannot have "retries".
          retries: 2
          ^^^^^^^
      Put a check or a wait before it instead."
    `)
  })

  it('an undo of nothing', () => {
    const text = withSteps('  - run: ls\n    undo: ls\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 "undo" belongs to a change, and this step changes nothing.
          undo: ls
          ^^^^
      If it does change something, write change: disruptive or change: destructive."
    `)
  })

  it('a failure undone by nothing', () => {
    const text = withSteps('  - check: cluster.quorate\n    on-failure: undo\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 on-failure: undo comes with a later version of ha-bot.
          on-failure: undo
          ^^^^^^^^^^
      Leave it out: a failed step stops the run, and its undo is offered.

      sample.yaml:10:17 Neither this step nor one before it says how it is undone.
          on-failure: undo
                      ^^^^
      Give the change an undo."
    `)
  })

  it('a change in a runbook that only reads', () => {
    const text = withSteps(`${GATE}  - run: ls\n    change: disruptive\n`, 'risk: read')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:13 This step is disruptive, but the runbook says its risk is read.
          change: disruptive
                  ^^^^^^^^^^
      Write risk: disruptive at the top."
    `)
  })

  it('a destructive step in a disruptive runbook', () => {
    const text = withSteps(`${GATE}  - run: ls\n    change: destructive\n`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:13 This step is destructive, but the runbook says its risk is disruptive.
          change: destructive
                  ^^^^^^^^^^^
      Write risk: destructive at the top."
    `)
  })

  it('an env name that is an input', () => {
    const text = withSteps(
      '  - run: ls\n    env: { group: cluster.dc }\n',
      'command: sample <group>\ninputs: { group: { type: group } }',
    )
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:12 "group" is an input and therefore a shell variable already.
          env: { group: cluster.dc }
                 ^^^^^
      Give the variable another name."
    `)
  })

  it('${{ in a script', () => {
    const text = withSteps('  - run: |\n      set -e\n      crm_resource -r "${{ inputs.group }}"\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:24 A script is not a template: nothing is filled in here. Values arrive as shell variables.
            crm_resource -r "\${{ inputs.group }}"
                             ^^^^^^^^^^^^^^^^^^^
      Write "$group"."
    `)
  })

  it('a reaction to a failure that nothing carries out yet', () => {
    expect(verdict(withSteps('  - run: ls\n    on-failure: undo\n'))).toMatchInlineSnapshot(`
      "sample.yaml:10:5 on-failure: undo comes with a later version of ha-bot.
          on-failure: undo
          ^^^^^^^^^^
      Leave it out: a failed step stops the run, and its undo is offered.

      sample.yaml:10:17 Neither this step nor one before it says how it is undone.
          on-failure: undo
                      ^^^^
      Give the change an undo."
    `)
  })

  it('a later key', () => {
    const text = withSteps('  - run: ls\n    hosts: all\n    serial: 1\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:5 "serial" comes with a later version of ha-bot.
          serial: 1
          ^^^^^^
      A change goes to one host after the other; for several steps on each use rolling."
    `)
  })

  it('a choice without options', () => {
    const text = withSteps('  - run: ls\n', 'inputs: { how: { type: choice, required: false } }')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:8:24 A choice needs options.
      inputs: { how: { type: choice, required: false } }
                             ^^^^^^"
    `)
  })

  it('a pattern that is none', () => {
    const text = withSteps('  - run: ls\n', 'inputs: { how: { type: string, pattern: "(", required: false } }')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:8:41 This is not a regular expression.
      inputs: { how: { type: string, pattern: "(", required: false } }
                                              ^^^"
    `)
  })

  it('a default of the wrong type', () => {
    const text = withSteps('  - run: ls\n', 'inputs: { n: { type: number, default: "3" } }')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:8:39 The default of a number must be a number, without quotes.
      inputs: { n: { type: number, default: "3" } }
                                            ^^^"
    `)
  })

  it('a command with an unknown input', () => {
    const text = withSteps('  - run: ls\n', 'command: sample <gruop>\ninputs: { group: { type: group } }')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:7:10 The command does not say where group stands.
      command: sample <gruop>
               ^^^^^^^^^^^^^^
      Add <group>, or give the input a default or required: false.

      sample.yaml:7:17 There is no input "gruop". Did you mean group?
      command: sample <gruop>
                      ^^^^^^^"
    `)
  })

  it('a needed input in brackets', () => {
    const text = withSteps('  - run: ls\n', 'command: sample [<group>]\ninputs: { group: { type: group } }')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:7:18 <group> is always needed, so it cannot stand in brackets.
      command: sample [<group>]
                       ^^^^^^^"
    `)
  })

  it('a command that is cut', () => {
    const text = withSteps('  - run: ls\n', 'command: sample [to')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:7:17 This bracket is not closed.
      command: sample [to
                      ^"
    `)
  })

  it('the same id twice', () => {
    const text = withSteps('  - { id: a, run: ls }\n  - { id: a, run: ls }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:11 Another step has the id "a" already.
        - { id: a, run: ls }
                ^
      Give each step an id of its own."
    `)
  })
})
