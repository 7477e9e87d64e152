import { describe, expect, it } from 'vitest'
import { verdict, withSteps } from './samples.ts'

const GATE = '  - approve: Sure?\n'

/** A rolling of these steps, behind an approval. */
function rolling(steps: string, fields = '{}', gate = GATE): string {
  return withSteps(`${gate}  - id: each\n    rolling: ${fields}\n    steps:\n${steps}`)
}

describe('a rolling is refused', () => {
  it('without inner steps', () => {
    expect(verdict(withSteps('  - rolling: {}\n'))).toMatchInlineSnapshot(`
      "sample.yaml:9:5 "steps" is missing in a rolling step.
        - rolling: {}
          ^^^^^^^"
    `)
  })

  it('with an approval or another rolling inside', () => {
    const text = rolling('      - approve: Sure?\n      - rolling: {}\n        steps: [{ run: ls }]\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:13:9 An approval cannot stand inside a rolling: all nodes are approved together.
            - approve: Sure?
              ^^^^^^^
      Put it before the rolling.

      sample.yaml:14:9 A rolling cannot stand inside another one.
            - rolling: {}
              ^^^^^^^
      Put its steps here."
    `)
  })

  it('with a change that stands behind no approval', () => {
    expect(verdict(rolling('      - { run: ls, change: disruptive }\n', '{}', ''))).toMatchInlineSnapshot(`
      "sample.yaml:12:20 This change does not stand behind an approval.
            - { run: ls, change: disruptive }
                         ^^^^^^
      Put a step like - approve: "…" before it."
    `)
  })

  it('that would go on after a failure, or past a check', () => {
    const text = rolling(
      `      - { run: ls, on-failure: continue }\n      - { check: cluster.quorate, overridable: true }\n`,
    )
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:13:20 The first failure ends a rolling.
            - { run: ls, on-failure: continue }
                         ^^^^^^^^^^
      Leave it out.

      sample.yaml:14:35 A check inside a rolling cannot be overridden: it is made anew before each node.
            - { check: cluster.quorate, overridable: true }
                                        ^^^^^^^^^^^
      Leave it out, or put the check before the rolling."
    `)
  })

  it('over several nodes at once', () => {
    expect(verdict(rolling('      - run: ls\n', '{ serial: 2, hosts: any }'))).toMatchInlineSnapshot(`
      "sample.yaml:11:16 A rolling goes to one node at a time; more come with a later version of ha-bot.
          rolling: { serial: 2, hosts: any }
                     ^^^^^^
      Write serial: 1, or leave it out.

      sample.yaml:11:34 A rolling goes to one node after the other; any is one node.
          rolling: { serial: 2, hosts: any }
                                       ^^^
      Write all, or an expression that gives names."
    `)
  })

  it('whose order is no list of names, or that names the node before there is one', () => {
    const text = rolling('      - run: ls\n', '{ order: size(cluster.nodes), hosts: host, sock: 3s }')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:11:23 This gives a number where a name or a list of names is needed.
          rolling: { order: size(cluster.nodes), hosts: host, sock: 3s }
                            ^^^^^^^^^^^^^^^^^^^

      sample.yaml:11:51 "host" is known only inside rolling, and in expect, where one host has answered.
          rolling: { order: size(cluster.nodes), hosts: host, sock: 3s }
                                                        ^^^^
      Name the node in another way.

      sample.yaml:11:57 There is no "sock" in rolling. Did you mean soak?
          rolling: { order: size(cluster.nodes), hosts: host, sock: 3s }
                                                              ^^^^
      It can have hosts, order, serial, soak."
    `)
    expect(verdict(rolling('      - run: ls\n', '{ order: cluster.quorate }'))).toMatchInlineSnapshot(`
      "sample.yaml:11:23 This gives true or false where a name or a list of names is needed.
          rolling: { order: cluster.quorate }
                            ^^^^^^^^^^^^^^^"
    `)
  })

  it('whose inner steps are used outside, or the same id twice', () => {
    const text = rolling('      - { id: stop, run: ls }\n      - { id: each, run: ls }\n')
    expect(verdict(`${text}  - check: steps.stop.exitCode == 0 && host == "a"\n`)).toMatchInlineSnapshot(`
      "sample.yaml:14:15 Another step has the id "each" already.
            - { id: each, run: ls }
                    ^^^^
      Give each step an id of its own.

      sample.yaml:15:18 There is no step "stop".
        - check: steps.stop.exitCode == 0 && host == "a"
                       ^^^^
      Steps before this one: approve.

      sample.yaml:15:40 "host" is known only inside rolling, and in expect, where one host has answered.
        - check: steps.stop.exitCode == 0 && host == "a"
                                             ^^^^
      Name the node in another way."
    `)
  })

  it('with a mistake inside, at its very place', () => {
    const text = rolling(
      '      - check: cluster.nodes[host].onlin && steps.later.exitCode == 0\n      - { id: later, runn: ls }\n',
    )
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:13:36 A node has no "onlin". Did you mean online?
            - check: cluster.nodes[host].onlin && steps.later.exitCode == 0
                                         ^^^^^
      It has name, online, standby, maintenance, pending, unclean, shutdown, dc, groups, state, fenceable, remote.

      sample.yaml:13:51 There is no step "later".
            - check: cluster.nodes[host].onlin && steps.later.exitCode == 0
                                                        ^^^^^
      Steps before this one: approve.

      sample.yaml:14:22 There is no "runn" in a step. Did you mean run?
            - { id: later, runn: ls }
                           ^^^^
      A step has exactly one of run, check, wait, approve, pause, copy, compare, probe, measure, rolling, use."
    `)
  })

  it('but not when all of it is well', () => {
    const inner =
      '      - { id: stop, run: ls }\n      - check: steps.stop.exitCode == 0 && cluster.nodes[host].online\n'
    expect(verdict(rolling(inner, '{ hosts: all, serial: 1, order: "[cluster.dc]", soak: 1m }'))).toBe('fine')
  })
})

describe('a use is refused', () => {
  it('of what is no name, in no version, with what is no expression', () => {
    const text = withSteps('  - { use: Move It, version: latest, with: { node: cluster.nods } }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 "Move It" is not the name of a runbook: a-z, 0-9 and -.
        - { use: Move It, version: latest, with: { node: cluster.nods } }
                 ^^^^^^^

      sample.yaml:9:30 "latest" is not a version like 1.0.0, ^1.0.0 or ~1.0.0.
        - { use: Move It, version: latest, with: { node: cluster.nods } }
                                   ^^^^^^

      sample.yaml:9:60 A cluster has no "nods". Did you mean nodes?
        - { use: Move It, version: latest, with: { node: cluster.nods } }
                                                                 ^^^^
      It has name, stack, readAt, readFrom, quorate, withoutQuorum, settled, unsettledBecause, dc, maintenance, fencing, nodes, groups, failures, leftovers, configuration."
    `)
  })
})

describe('a compare is refused', () => {
  it('of a file and a command, or of neither', () => {
    const both = withSteps('  - compare: { file: /etc/hosts, command: uname }\n  - compare: {}\n')
    expect(verdict(both)).toMatchInlineSnapshot(`
      "sample.yaml:9:5 What is compared is either a file or what a command prints.
        - compare: { file: /etc/hosts, command: uname }
          ^^^^^^^
      Write compare: { file: /path } or compare: { command: "…" }.

      sample.yaml:10:5 What is compared is either a file or what a command prints.
        - compare: {}
          ^^^^^^^
      Write compare: { file: /path } or compare: { command: "…" }."
    `)
  })

  it('of a path that begins nowhere, and by what is no regular expression', () => {
    expect(verdict(withSteps('  - compare: { file: etc/../hosts }\n'))).toMatchInlineSnapshot(`
      "sample.yaml:9:22 "etc/../hosts" must be a path from the root, without .. and without line breaks.
        - compare: { file: etc/../hosts }
                           ^^^^^^^^^^^^"
    `)
    expect(verdict(withSteps('  - compare: { file: /etc/hosts, ignore: ["#.*", "("] }\n'))).toMatchInlineSnapshot(`
      "sample.yaml:9:50 This is not a regular expression.
        - compare: { file: /etc/hosts, ignore: ["#.*", "("] }
                                                       ^^^"
    `)
  })

  it('whose command is a template', () => {
    const text = withSteps('  - compare: { command: "cat ${{ cluster.name }}" }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:30 A script is not a template: nothing is filled in here. Values arrive as shell variables.
        - compare: { command: "cat \${{ cluster.name }}" }
                                   ^^^^^^^^^^^^^^^^^^^
      Write "$value" and give the step env: { value: … }."
    `)
  })
})

describe('a copy is refused', () => {
  const copy = (fields: string, gate = GATE, head = '') => withSteps(`${gate}  - copy: { ${fields} }\n`, head)

  it('without an approval, or in a runbook that only reads', () => {
    expect(verdict(copy('source: ha.cf, to: /etc/ha.d/ha.cf', ''))).toMatchInlineSnapshot(`
      "sample.yaml:9:5 This change does not stand behind an approval.
        - copy: { source: ha.cf, to: /etc/ha.d/ha.cf }
          ^^^^
      Put a step like - approve: "…" before it."
    `)
    expect(verdict(copy('source: ha.cf, to: /etc/ha.d/ha.cf', GATE, 'risk: read'))).toMatchInlineSnapshot(`
      "sample.yaml:10:5 This step is disruptive, but the runbook says its risk is read.
        - copy: { source: ha.cf, to: /etc/ha.d/ha.cf }
          ^^^^
      Write risk: disruptive at the top."
    `)
  })

  it('from and to odd places, with odd modes and owners', () => {
    const text = copy(`source: ../secret, to: ha.cf, mode: "a+x", owner: "root; reboot"`)
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:21 "../secret" must be a path below the folder of files, without .. in it.
        - copy: { source: ../secret, to: ha.cf, mode: "a+x", owner: "root; reboot" }
                          ^^^^^^^^^

      sample.yaml:10:36 "ha.cf" must be a path from the root, without .. and without line breaks.
        - copy: { source: ../secret, to: ha.cf, mode: "a+x", owner: "root; reboot" }
                                         ^^^^^

      sample.yaml:10:49 "a+x" must be a mode like "0640", in quotes.
        - copy: { source: ../secret, to: ha.cf, mode: "a+x", owner: "root; reboot" }
                                                      ^^^^^

      sample.yaml:10:63 "root; reboot" must be a user, or user:group.
        - copy: { source: ../secret, to: ha.cf, mode: "a+x", owner: "root; reboot" }
                                                                    ^^^^^^^^^^^^^^"
    `)
    expect(verdict(copy('source: ha.cf, to: /etc/ha.cf, mode: 0640'))).toMatchInlineSnapshot(`
      "sample.yaml:10:50 "mode" must be text, not a number.
        - copy: { source: ha.cf, to: /etc/ha.cf, mode: 0640 }
                                                       ^^^^
      Quote it: mode: "0640""
    `)
  })

  it('that keeps what was there beside it', () => {
    const text = copy('source: ha.cf, to: /etc/ha.d/ha.cf, backup: /etc/ha.d/old')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:57 What was there before would be kept below /etc/ha.d/, where programs may take it for one of their files.
        - copy: { source: ha.cf, to: /etc/ha.d/ha.cf, backup: /etc/ha.d/old }
                                                              ^^^^^^^^^^^^^
      Name a folder elsewhere, like /var/backups/ha-bot."
    `)
  })
})
