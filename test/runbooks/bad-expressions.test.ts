import { describe, expect, it } from 'vitest'
import { verdict, withSteps } from './samples.ts'

describe('an expression that could not work is refused when the file is read', () => {
  it('a field of a node that does not exist', () => {
    const text = withSteps('  - check: cluster.nodes["a"].onlin\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:31 A node has no "onlin". Did you mean online?
        - check: cluster.nodes["a"].onlin
                                    ^^^^^
      It has name, online, standby, maintenance, pending, unclean, shutdown, dc, groups, state, fenceable, remote."
    `)
  })

  it('several mistakes in one expression', () => {
    const text = withSteps('  - check: cluster.quorat && (clustr.settled || steps.x.outcome == "a")\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:20 A cluster has no "quorat". Did you mean quorate?
        - check: cluster.quorat && (clustr.settled || steps.x.outcome == "a")
                         ^^^^^^
      It has name, stack, readAt, readFrom, quorate, withoutQuorum, settled, unsettledBecause, dc, maintenance, fencing, nodes, groups, failures, leftovers, configuration.

      sample.yaml:9:31 There is no "clustr" in an expression. Did you mean cluster?
        - check: cluster.quorat && (clustr.settled || steps.x.outcome == "a")
                                    ^^^^^^
      Known here: inputs, cluster, steps. Text stands in quotes.

      sample.yaml:9:55 There is no step "x".
        - check: cluster.quorat && (clustr.settled || steps.x.outcome == "a")
                                                            ^"
    `)
  })

  it('an expression of the wrong type', () => {
    const text = withSteps('  - check: size(cluster.failures)\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 This gives a number where true or false is needed.
        - check: size(cluster.failures)
                 ^^^^^^^^^^^^^^^^^^^^^^"
    `)
  })

  it('a comparison of a text with a number', () => {
    const text = withSteps('  - check: cluster.groups["g"].node == 1\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 These cannot be combined: text == number.
        - check: cluster.groups["g"].node == 1
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `)
  })

  it('a word operator', () => {
    const text = withSteps('  - check: cluster.quorate and cluster.settled\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:28 "and" is written &&.
        - check: cluster.quorate and cluster.settled
                                 ^^^"
    `)
  })

  it('a single equals sign', () => {
    const text = withSteps('  - check: cluster.dc = "a"\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:23 Equality is written ==.
        - check: cluster.dc = "a"
                            ^"
    `)
  })

  it('an expression in ${{ }}', () => {
    const text = withSteps('  - check: ${{ cluster.quorate }}\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 A condition is written bare, without \${{ }}.
        - check: \${{ cluster.quorate }}
                 ^^^^^^^^^^^^^^^^^^^^^^
      Write: cluster.quorate"
    `)
  })

  it('an expression on two lines', () => {
    const text = withSteps('  - check: |\n      cluster.quorate\n      && cluster.settled\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:22 An expression stands on one line.
            cluster.quorate
                           ^
      Put it on one line, or make it several check steps."
    `)
  })

  it('steps where the plan is made', () => {
    const text = withSteps('  - run: ls\n  - run: ls\n    env: { x: steps.run.stdout }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:15 "steps" is not known yet: this is filled in when the plan is made, before any step has run.
          env: { x: steps.run.stdout }
                    ^^^^^
      Use inputs and cluster here; what steps found out can be used in check, wait, if and expect."
    `)
  })

  it('a step that comes later', () => {
    const text = withSteps('  - check: steps.later.outcome == "succeeded"\n  - id: later\n    run: ls\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:18 Step "later" has not ended yet here.
        - check: steps.later.outcome == "succeeded"
                       ^^^^^
      Only steps above this one can be used."
    `)
  })

  it('a step id with a dash', () => {
    const text = withSteps('  - id: read-it\n    run: ls\n  - check: steps.read-it.outcome == "succeeded"\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:18 There is no step "read". Did you mean steps["read-it"]?
        - check: steps.read-it.outcome == "succeeded"
                       ^^^^
      Steps before this one: read-it."
    `)
  })

  it('result outside expect', () => {
    const text = withSteps('  - run: ls\n    if: result.exitCode == 0\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:9 "result" is known only in expect.
          if: result.exitCode == 0
              ^^^^^^
      Put the condition in expect."
    `)
  })

  it('a template that is not closed', () => {
    const text = withSteps('  - approve: Move ${{ cluster.dc\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:19 Here \${{ is not closed by }}.
        - approve: Move \${{ cluster.dc
                        ^^^
      For the characters themselves write $\${{."
    `)
  })

  it('a template with a typo', () => {
    const text = withSteps('  - approve: "It\\"s ${{ cluster.dcc }}"\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:33 A cluster has no "dcc".
        - approve: "It\\"s \${{ cluster.dcc }}"
                                      ^^^
      It has name, stack, readAt, readFrom, quorate, withoutQuorum, settled, unsettledBecause, dc, maintenance, fencing, nodes, groups, failures, leftovers, configuration."
    `)
  })

  it('a default that needs an input below', () => {
    const text = withSteps(
      '  - run: ls\n',
      'inputs: { a: { type: node, default: inputs.b }, b: { type: node, default: cluster.dc } }',
    )
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:8:44 Input "b" is not resolved yet here.
      inputs: { a: { type: node, default: inputs.b }, b: { type: node, default: cluster.dc } }
                                                 ^
      Declare it above this input."
    `)
  })
})
