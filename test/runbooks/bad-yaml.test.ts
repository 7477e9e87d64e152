import { describe, expect, it } from 'vitest'
import { verdict, withSteps } from './samples.ts'

describe('a file that YAML would read otherwise than its author is refused', () => {
  it('an unquoted !', () => {
    const text = withSteps('  - check: !cluster.maintenance && cluster.quorate\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 YAML reads !cluster.maintenance as a tag and would drop it.
        - check: !cluster.maintenance && cluster.quorate
                 ^^^^^^^^^^^^^^^^^^^^
      Quote it: check: "!cluster.maintenance && cluster.quorate""
    `)
  })

  it('a quoted piece of an expression', () => {
    const text = withSteps('  - check: "a" == cluster.dc\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:16 YAML takes the value to have ended before this.
        - check: "a" == cluster.dc
                     ^^^^^^^^^^^^^
      Quote it: check: '"a" == cluster.dc'"
    `)
  })

  it('a colon in an expression', () => {
    const text = withSteps('  - check: cluster.quorate ? true : false\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 A colon followed by a space begins a new key here.
        - check: cluster.quorate ? true : false
                 ^
      Quote it: check: "cluster.quorate ? true : false""
    `)
  })

  it('an anchor', () => {
    const text = withSteps('  - check: &x cluster.quorate\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 YAML reads &x as an anchor, and these are not used here.
        - check: &x cluster.quorate
                 ^^
      Quote it: check: "&x cluster.quorate""
    `)
  })

  it('an alias', () => {
    const text = withSteps('  - check: *x\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 YAML reads *x as an alias, and these are not used here.
        - check: *x
                 ^^
      Quote it: check: "*x""
    `)
  })

  it('an alias bomb', () => {
    const text = 'a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n'
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:1:4 YAML reads &a as an anchor, and these are not used here.
      a: &a [x, x, x, x]
         ^^
      Write the value out where it is needed.

      sample.yaml:2:4 YAML reads &b as an anchor, and these are not used here.
      b: &b [*a, *a, *a, *a]
         ^^
      Write the value out where it is needed.

      sample.yaml:3:5 YAML reads *b as an alias, and these are not used here.
      c: [*b, *b, *b, *b]
          ^^
      Write the value out where it is needed."
    `)
  })

  it('a tag', () => {
    const text = withSteps('  - check: !!str cluster.quorate\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 YAML reads !!str as a tag and would drop it.
        - check: !!str cluster.quorate
                 ^^^^^
      Quote it: check: "!!str cluster.quorate""
    `)
  })

  it('a YAML directive', () => {
    const text = `%YAML 1.1\n---\n${withSteps('  - run: ls\n')}`
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:1:1 A YAML directive (%YAML 1.1) changes how the file is read.
      %YAML 1.1
      ^^^^^^^^^
      Remove the line: files are YAML 1.2."
    `)
  })

  it('two documents', () => {
    const text = `${withSteps('  - run: ls\n')}---\na: 1\n`
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:1 A file holds one document; here a second one begins.
      ---
      ^^^"
    `)
  })

  it('a duplicate key', () => {
    const text = withSteps('  - run: ls\n    run: rm\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 This key is given twice.
          run: rm
          ^
      Keep one of them."
    `)
  })

  it('a merge key', () => {
    const text = withSteps('  - run: ls\n    <<: { change: disruptive }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 The key << is not allowed.
          <<: { change: disruptive }
          ^^"
    `)
  })

  it('a key that is not a word', () => {
    const text = withSteps('  - run: ls\n    ? [a]\n    : 1\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:7 A key must be a word.
          ? [a]
            ^"
    `)
  })

  it('the key __proto__', () => {
    const text = withSteps('  - run: ls\n    __proto__: { change: disruptive }\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:5 The key __proto__ is not allowed.
          __proto__: { change: disruptive }
          ^^^^^^^^^"
    `)
  })

  it('a tab', () => {
    const text = withSteps('  - run: ls\n\tname: x\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:10:1 YAML is indented with spaces, not tabs.
      	name: x
      ^

      sample.yaml:10:2 This key is given twice.
      	name: x
       ^
      Keep one of them."
    `)
  })

  it('a value that begins with a backtick', () => {
    const text = withSteps('  - check: `ls`\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:12 A value cannot begin with \` unless it is quoted.
        - check: \`ls\`
                 ^
      Quote it: check: "\`ls\`""
    `)
  })

  it('text that is read from right to left', () => {
    const text = withSteps('  - run: ls # \u202e rm\n')
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:9:15 There is an invisible character here (U+202E), which can make a text read differently from what it does.
        - run: ls # ‮ rm
                    ^
      Remove it."
    `)
  })

  it('nothing at all', () => {
    const text = ''
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:1:1 This is not a runbook: it must be a mapping with apiVersion, name, steps and more.

      ^"
    `)
  })

  it('a list', () => {
    const text = '- a\n'
    expect(verdict(text)).toMatchInlineSnapshot(`
      "sample.yaml:1:1 This is not a runbook: it must be a mapping with apiVersion, name, steps and more.
      - a
      ^^^"
    `)
  })
})
