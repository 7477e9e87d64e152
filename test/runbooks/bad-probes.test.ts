import { describe, expect, it } from 'vitest'
import { verdict, withSteps } from './samples.ts'

const PROBE = '  - { id: clients, probe: \'cluster.groups["server2"].service\' }\n'

describe('a probe and its measure are refused', () => {
  it('where the probe that is measured does not stand above it', () => {
    expect(verdict(withSteps(`${PROBE}  - measure: client\n`))).toMatchInlineSnapshot(`
      "sample.yaml:10:14 No probe with the id "client" stands above this step. Did you mean clients?
        - measure: client
                   ^^^^^^
      Above it there is clients."
    `)
    expect(verdict(withSteps(`  - measure: clients\n${PROBE}`))).toMatchInlineSnapshot(`
      "sample.yaml:9:14 No probe with the id "clients" stands above this step.
        - measure: clients
                   ^^^^^^^
      Put a step like - probe: … before the change."
    `)
  })

  it('where what is measured is no probe', () => {
    const text = withSteps('  - { id: sound, check: cluster.quorate }\n  - measure: sound\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:14 No probe with the id "sound" stands above this step.
        - measure: sound
                   ^^^^^
      Put a step like - probe: … before the change."
    `)
  })

  it('where one probe is measured twice', () => {
    const text = withSteps(`${PROBE}  - measure: clients\n  - measure: clients\n`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:14 The probe "clients" is measured already.
        - measure: clients
                   ^^^^^^^
      Put another probe before this step."
    `)
  })

  it('where an approval stands between the two', () => {
    const text = withSteps(`${PROBE}  - approve: Sure?\n  - measure: clients\n`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:14 An approval stands between the probe "clients" and this: nobody asks on while people are waited for.
        - measure: clients
                   ^^^^^^^
      Put the probe behind the approval."
    `)
  })

  it('inside a rolling, one or the other', () => {
    const inner = `      ${PROBE.trimStart()}      - measure: clients\n`
    const text = withSteps(`  - id: each\n    rolling: {}\n    steps:\n${inner}`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:12:24 A probe cannot stand inside a rolling.
            - { id: clients, probe: 'cluster.groups["server2"].service' }
                             ^^^^^
      Put the probe before the rolling, and its measure behind it.

      sample.yaml:13:9 A measure cannot stand inside a rolling.
            - measure: clients
              ^^^^^^^
      Put the probe before the rolling, and its measure behind it."
    `)
  })

  it('that asks too often or waits too long, or not at all', () => {
    const probe = 'probe: \'cluster.groups["server2"].service\''
    const steps = [`{ ${probe}, every: 100ms, timeout: 11s }`, `{ ${probe}, every: 0s, times: 0 }`]
    const text = withSteps(steps.map(step => `  - ${step}\n`).join(''))
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:58 "every" of a probe must be 200ms at least.
        - { probe: 'cluster.groups["server2"].service', every: 100ms, timeout: 11s }
                                                               ^^^^^

      sample.yaml:9:74 "timeout" of a probe must be 10 s at most.
        - { probe: 'cluster.groups["server2"].service', every: 100ms, timeout: 11s }
                                                                               ^^^

      sample.yaml:10:69 "times" must be 1 at least.
        - { probe: 'cluster.groups["server2"].service', every: 0s, times: 0 }
                                                                          ^"
    `)
  })

  it('that gives no address, or one that is known too late', () => {
    expect(verdict(withSteps('  - probe: cluster.quorate && cluster.groups\n'))).toMatchInlineSnapshot(`
      "sample.yaml:9:12 Logical operator requires bool operands, got map<text, Group>.
        - probe: cluster.quorate && cluster.groups
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `)
    const late = '  - { id: look, run: ls }\n  - probe: steps.look.stdout\n'
    expect(verdict(withSteps(late))).toMatchInlineSnapshot(`
      "sample.yaml:10:12 "steps" is not known yet: this is filled in when the plan is made, before any step has run.
        - probe: steps.look.stdout
                 ^^^^^
      Use inputs and cluster here; what steps found out can be used in check, wait, if and expect."
    `)
  })

  it('with a limit that is nothing, or is no duration', () => {
    const text = withSteps(`${PROBE}  - { measure: clients, timeout: 0s, most: 60 }\n`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:44 "most" must be text, not a number.
        - { measure: clients, timeout: 0s, most: 60 }
                                                 ^^
      Write it like 90s, 15m or 1h30m."
    `)
  })
})

describe('a probe and its measure are fine', () => {
  it('with anything but an approval between them, and a probe that nothing measures', () => {
    const between = '  - check: cluster.quorate\n  - pause: 1s\n'
    const more = '  - { probe: \'cluster.groups["server2"].service\', every: 200ms, timeout: 10s, times: 1 }\n'
    const measure = '  - { measure: clients, steady: 3, timeout: 1m, most: 1m }\n'
    expect(verdict(withSteps(`${PROBE}${between}${more}${measure}`))).toBe('fine')
  })
})
