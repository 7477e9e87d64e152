import { describe, expect, it } from 'vitest'
import { verdict, withSteps } from './samples.ts'

const GATE = '  - approve: Sure?\n'

describe('a runbook of the wrong shape is refused with one clear message', () => {
  it('an unknown key', () => {
    const text = withSteps('  - run: ls\n    timout: 5s\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 There is no "timout" in a run step. Did you mean timeout?
          timout: 5s
          ^^^^^^
      It can have id, name, if, on-failure, run, hosts, serial, max_fail_percentage, change, env, expect, unreachable, undo, leaves, always, timeout, retries, delay."
    `)
  })

  it('an unknown key at the top', () => {
    const text = withSteps('  - run: ls\n', 'tiemout: 5m')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:8:1 There is no "tiemout" in a runbook. Did you mean timeout?
      tiemout: 5m
      ^^^^^^^
      It can have apiVersion, name, version, stack, summary, command, risk, inputs, secrets, timeout, steps."
    `)
  })

  it('a misspelt kind', () => {
    const text = withSteps('  - chekc: cluster.quorate\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:5 There is no "chekc" in a step. Did you mean check?
        - chekc: cluster.quorate
          ^^^^^
      A step has exactly one of run, check, wait, approve, pause, copy, compare, probe, measure, rolling, use."
    `)
  })

  it('no kind', () => {
    const text = withSteps('  - name: Nothing\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:5 This step does nothing.
        - name: Nothing
          ^^^^
      A step has exactly one of run, check, wait, approve, pause, copy, compare, probe, measure, rolling, use."
    `)
  })

  it('two kinds in one step', () => {
    const text = withSteps('  - run: ls\n    check: cluster.quorate\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 A step is one thing; this one has both run and check.
          check: cluster.quorate
          ^^^^^
      Make two steps of it."
    `)
  })

  it('a step that is not a mapping', () => {
    const text = withSteps('  - ls\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:5 A step is a mapping of keys.
        - ls
          ^^
      Write it like - run: crm_mon --one-shot"
    `)
  })

  it('no steps', () => {
    const text = withSteps('').replace('steps:\n', '')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:1:1 "steps" is missing in a runbook.
      apiVersion: ha/v1
      ^^^^^^^^^^"
    `)
  })

  it('a wrong type', () => {
    const text = withSteps('  - run: ls\n    retries: many\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:14 "retries" must be a number, not text.
          retries: many
                   ^^^^"
    `)
  })

  it('a version YAML reads as a number', () => {
    const text = withSteps('  - run: ls\n', 'version: 1.0')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:7:10 "version" must be text, not a number.
      version: 1.0
               ^^^
      Quote it: version: "1.0""
    `)
  })

  it('a duration without a unit', () => {
    const text = withSteps('  - pause: 5\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 "pause" must be text, not a number.
        - pause: 5
                 ^
      Write it like 90s, 15m or 1h30m."
    `)
  })

  it('a duration of nothing', () => {
    const text = withSteps('  - wait: cluster.settled\n    timeout: 0s\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:14 "timeout" must be longer than nothing.
          timeout: 0s
                   ^^"
    `)
  })

  it('a value that is none of the choices', () => {
    const text = withSteps('  - run: ls\n', 'risk: disruptve')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:7:7 "risk" cannot be "disruptve". Did you mean disruptive?
      risk: disruptve
            ^^^^^^^^^
      It is one of read, disruptive, destructive."
    `)
  })

  it('an upper-case env name', () => {
    const text = withSteps('  - run: ls\n    env: { PATH: cluster.dc }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:12 The name "PATH" must be lower case: a-z, 0-9 and _, beginning with a letter. Did you mean path?
          env: { PATH: cluster.dc }
                 ^^^^"
    `)
  })

  it('an undo without its way', () => {
    const text = withSteps(`${GATE}  - run: ls\n    change: disruptive\n    undo: { usee: failover }\n`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:12:13 "use" is missing in undo.
          undo: { usee: failover }
                  ^^^^

      sample.yaml:12:13 There is no "usee" in undo. Did you mean use?
          undo: { usee: failover }
                  ^^^^
      It can have use, with."
    `)
  })
})
