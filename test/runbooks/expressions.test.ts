import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expected } from '../../src/runbooks/expression-results.ts'
import { type Scope, scopeOfValues } from '../../src/runbooks/expression-scope.ts'
import type { ExpressionValues } from '../../src/runbooks/expression-values.ts'
import { compileExpression } from '../../src/runbooks/expressions.ts'
import { STATUS, told, values } from './samples.ts'

const SCOPE: Scope = {
  inputs: { group: 'string', node: 'string', count: 'double', force: 'bool' },
  steps: ['read-it', 'move'],
  moment: 'expect',
}
const RESULT = { exitCode: 0, signal: '', stdout: '{"n": 3, "names": ["a", "b"]}', stderr: '', unreachable: false }

function evaluate(source: string, expected: Expected = 'bool', more: Partial<ExpressionValues> = {}): unknown {
  const compiled = compileExpression(source, SCOPE, expected)
  if (!compiled.ok) return told(compiled)
  const given = { inputs: { group: 'server2', node: 'node5', count: 2, force: true }, host: 'node3', result: RESULT }
  const result = compiled.value.evaluate(values({ ...given, ...more }))
  return result.ok ? result.value : `not evaluated: ${result.reason}`
}

describe('a condition over a status', () => {
  it.each([
    ['cluster.quorate && cluster.settled', true],
    ['cluster.name == "pvfs" && cluster.stack == "pacemaker"', true],
    ['cluster.nodes[inputs.node].online && !cluster.nodes[inputs.node].standby', true],
    ['cluster.nodes.all(n, cluster.nodes[n].online)', true],
    ['cluster.nodes["node5"].remote', false],
    ['cluster.groups[inputs.group].node == inputs.node', false],
    ['cluster.groups.server2.members[0].agent.endsWith("IPaddr2")', true],
    ['cluster.fencing.enabled && cluster.configuration.version == "0.12"', true],
    ['size(cluster.failures) == 0', true],
    ['cluster.leftovers.exists(l, l.group == inputs.group)', false],
    ['size(cluster.leftoversOf("server3")) == 1 && cluster.leftoversOf("server3")[0].kind == "prefer"', true],
    ['size(cluster.failuresOf(inputs.group)) == 0', true],
    ['cluster.bestTarget(inputs.group) == "node5"', true],
    ['cluster.survivors("node3").exists(n, n == "node4") && !("node3" in cluster.survivors("node3"))', true],
    ['cluster.describe("server2") != ""', true],
    ['inputs.group in cluster.groups', true],
    ['inputs.force ? cluster.quorate : false', true],
    ['host == cluster.dc', true],
  ])('%s is %s', (source, expected) => {
    expect(evaluate(source)).toBe(expected)
  })

  it('takes a failure and a leftover by their fields', () => {
    const failure = { resource: 'a', group: 'server2', node: 'node3', task: 'start', reason: 'x', at: '' }
    const status = { ...STATUS, failures: [failure] }
    expect(evaluate('cluster.failures[0].task == "start"', 'bool', { status })).toBe(true)
  })
})

describe('numbers', () => {
  it.each([
    ['inputs.count > 1', true],
    ['inputs.count == 2', true],
    ['inputs.count != 2', false],
    ['3 == inputs.count + 1', true],
    ['10 / inputs.count == 5', true],
    ['inputs.count * 2 - 1 >= 3', true],
    ['result.exitCode in [0, 7]', true],
    ['result.json.n == 3 && result.json.n + 1 == 4', true],
  ])('%s is %s, whole numbers and others alike', (source, expected) => {
    expect(evaluate(source)).toBe(expected)
  })

  it('come out as numbers, never as bigints', () => {
    expect(evaluate('size(cluster.nodes)', 'value')).toBe(3)
    expect(evaluate('inputs.count / 4', 'value')).toBe(0.5)
  })
})

describe('what steps and executions found out', () => {
  const steps = { 'read-it': { outcome: 'succeeded', exitCode: 0, stdout: '{"n":3}' } }

  it('is read by the id of the step', () => {
    const source =
      'steps["read-it"].outcome == "succeeded" && steps["read-it"].exitCode == 0 && steps["read-it"].json.n == 3'
    expect(evaluate(source, 'bool', { steps })).toBe(true)
  })

  it('can be asked for before it is read', () => {
    expect(evaluate('has(steps.move)', 'bool', { steps })).toBe(false)
    expect(evaluate('has(steps.mov)', 'bool', { steps })).toContain('There is no step "mov". Did you mean move?')
  })

  it('is an execution’s output, error output, exit code, signal and reachability', () => {
    expect(evaluate('result.stdout.contains("names") && result.stderr == "" && result.signal == ""')).toBe(true)
    expect(evaluate('!result.unreachable && "b" in result.json.names')).toBe(true)
  })
})

describe('an expression that cannot be evaluated is neither true nor false', () => {
  it.each([
    ['cluster.nodes["nope"].online', 'cluster.nodes has no "nope"'],
    ['cluster.groups["constructor"].managed', 'cluster.groups has no "constructor"'],
    ['steps.move.outcome == "succeeded"', 'steps has no "move"'],
    ['cluster.leftovers[7].id == ""', 'cluster.leftovers has no item 7'],
    ['cluster.groups["server2"].bannedFrom == []', 'cluster.groups["server2"] has no "bannedFrom"'],
    ['cluster.describe("nope") == ""', 'cluster pvfs has no group "nope"'],
    ['1 / 0 == 1', 'division by zero'],
    ['result.json.names', 'it gives a list where true or false is needed'],
    ['result.json.n', 'it gives a number where true or false is needed'],
  ])('%s: %s', (source, reason) => {
    expect(evaluate(source)).toBe(`not evaluated: ${reason}`)
  })

  it('says so when output is not JSON, and only to who reads it as JSON', () => {
    const result = { ...RESULT, stdout: 'Oops' }
    expect(evaluate('result.json.n == 3', 'bool', { result })).toBe('not evaluated: the output is not JSON')
    expect(evaluate('result.stdout == "Oops"', 'bool', { result })).toBe(true)
  })

  it('passes on why no target was found', () => {
    const functions = {
      ...values().functions,
      bestTarget: () => ({ ok: false as const, problems: [{ code: 'x', message: 'No spare.' }] }),
    }
    expect(evaluate('cluster.bestTarget("server2") == "a"', 'bool', { functions })).toBe('not evaluated: No spare.')
  })
})

describe('what an expression is for', () => {
  it('names: one or several', () => {
    expect(evaluate('inputs.node', 'names')).toEqual(['node5'])
    expect(evaluate('cluster.survivors(inputs.node)', 'names')).toEqual(['node3', 'node4'])
    expect(evaluate('result.json.n', 'names')).toBe(
      'not evaluated: it gives a number where a name or a list of names is needed',
    )
  })

  it('value: what a shell variable can hold', () => {
    expect(evaluate('cluster.dc', 'value')).toBe('node3')
    expect(evaluate('cluster.quorate', 'value')).toBe(true)
    const result = { ...RESULT, stdout: 'a\0b' }
    expect(evaluate('result.stdout', 'value', { result })).toMatch(/^not evaluated: .*no shell variable can hold/)
    expect(evaluate('cluster.nodes', 'value')).toContain(
      'This gives an object or a list where text, a number or true/false is needed.',
    )
    expect(evaluate('dyn(null)', 'value')).toMatch(/it gives nothing/)
    expect(evaluate('dyn(cluster.fencing)', 'value')).toMatch(/it gives an object/)
  })

  it('text: lists are joined', () => {
    expect(evaluate('cluster.survivors("node3")', 'text')).toBe('node4, node5')
    expect(evaluate('size(cluster.nodes)', 'text')).toBe('3')
  })
})

describe('a wrong expression', () => {
  it.each([
    ['cluster.bestTarge(inputs.group) == "a"', 'Cluster has no function "bestTarge". Did you mean bestTarget?'],
    ['cluster.bestTarget(1) == "a"', 'bestTarget is called differently: Cluster.bestTarget(text): text.'],
    ['sise(cluster.nodes) == 1', 'There is no function "sise". Did you mean size?'],
    ['group == "a"', 'There is no "group" in an expression. Did you mean inputs.group?'],
    ['!cluster', '! cannot be put before Cluster.'],
    ['cluster["quorat"]', 'A cluster has no "quorat". Did you mean quorate?'],
    ['cluster.quorate &&', 'The expression ends too early.'],
    ['cluster.quorate; true', 'Unexpected character ";".'],
    ['cluster.quorate ? "a" : 1', 'Ternary branches must have the same type, got text and number.'],
    ['(cluster.quorate && (cluster.settled) || ")" == cluster.dcc)', 'A cluster has no "dcc".'],
    ['"it is ) odd".matches(1)', 'matches is called differently'],
    ['steps.nope.outcome == ""', 'There is no step "nope".'],
    ['"', 'Unterminated string'],
    ['(cluster.quorate', 'The expression ends too early.'],
    ['[cluster.quorate)', 'Expected ], got ).'],
    ['cluster.nodes[1 2]', 'Expected ], got number.'],
    ['', 'The expression ends too early.'],
  ])('%s: %s', (source, expected) => {
    expect(evaluate(source)).toContain(expected)
  })

  it('shows the expression with a caret', () => {
    expect(evaluate('cluster.quorate && clustr.settled')).toContain(
      'cluster.quorate && clustr.settled\n                   ^^^^^^\n',
    )
  })

  it('never makes the checker or an evaluation throw', () => {
    const tokens = [
      'cluster',
      '.',
      'nodes',
      '["',
      '"]',
      '(',
      ')',
      '&&',
      '||',
      '!',
      '? ',
      ':',
      'inputs',
      'steps',
      'x',
      '1',
      '"a"',
      'all',
      'has',
      ', ',
      '==',
      ' in ',
      '{',
      '}',
    ]
    const source = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...tokens), { maxLength: 12 }).map(made => made.join('')),
    )
    fc.assert(
      fc.property(source, made => {
        expect(['boolean', 'string']).toContain(typeof evaluate(made))
      }),
      { numRuns: 500 },
    )
  })
})

describe('an expression from a plan', () => {
  it('is compiled with the values of the plan, and gives the same object again', () => {
    const scope = scopeOfValues({ group: 'server2', count: 2, force: true }, ['a'], 'step')
    const compiled = compileExpression('inputs.count > 1 && inputs.force && inputs.group != ""', scope, 'bool')
    expect(compiled).toBe(compileExpression('inputs.count > 1 && inputs.force && inputs.group != ""', scope, 'bool'))
    expect(
      compiled.ok && compiled.value.evaluate(values({ inputs: { group: 'server2', count: 2, force: true } })),
    ).toEqual({ ok: true, value: true })
  })

  it('is one of the latest few hundred that are kept; older ones are compiled anew', () => {
    const first = compileExpression('1 == 1', SCOPE, 'bool')
    for (let number = 0; number < 600; number++) compileExpression(`${number} == 0`, SCOPE, 'bool')
    const again = compileExpression('1 == 1', SCOPE, 'bool')
    expect(again).not.toBe(first)
    expect(again.ok && again.value.evaluate(values())).toEqual({ ok: true, value: true })
  })

  it('knows result and host only in expect', () => {
    const scope = scopeOfValues({}, [], 'step')
    expect(told(compileExpression('result.exitCode == 0 && host == "a"', scope, 'bool'))).toMatch(
      /"result" is known only(.|\n)*"host" is known only/,
    )
  })
})
