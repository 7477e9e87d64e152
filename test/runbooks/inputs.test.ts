import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NAME_PATTERN } from '../../src/runbooks/input-types.ts'
import { resolveInputs } from '../../src/runbooks/inputs.ts'
import type { InputSpec } from '../../src/runbooks/schema.ts'
import { FUNCTIONS, STATUS, told } from './samples.ts'

const GROUP: InputSpec = { type: 'group', description: 'the group to move' }
const NODE: InputSpec = { type: 'node', default: 'cluster.bestTarget(inputs.group)' }

function resolve(
  inputs: Record<string, InputSpec>,
  words: Record<string, string>,
  text?: string,
  functions = FUNCTIONS,
) {
  return resolveInputs({
    runbook: { name: 'failover', command: 'failover <group> [to <node>]', inputs },
    words,
    ...(text === undefined ? {} : { text }),
    status: STATUS,
    functions,
    known: { groups: Object.keys(STATUS.groups), nodes: Object.keys(STATUS.nodes) },
  })
}

/** The value of one input of this kind for a word, or what the person reads. */
function one(spec: InputSpec, word: string): unknown {
  const result = resolve({ it: spec }, { it: word })
  return result.ok ? result.value.values['it'] : told(result)
}

describe('what a person typed', () => {
  it.each<[InputSpec, string, unknown]>([
    [{ type: 'group' }, 'server2', 'server2'],
    [{ type: 'node' }, 'node5', 'node5'],
    [{ type: 'cluster' }, 'pvfs', 'pvfs'],
    [{ type: 'string' }, '-rf $(reboot) `x`\n"\'', '-rf $(reboot) `x`\n"\''],
    [{ type: 'string', pattern: '[a-c]+' }, 'abc', 'abc'],
    [{ type: 'number' }, '-1.5', -1.5],
    [{ type: 'boolean' }, 'Yes', true],
    [{ type: 'boolean' }, 'off', false],
    [{ type: 'choice', options: ['reboot', 'off'] }, 'off', 'off'],
    [{ type: 'duration' }, '1h30m', 5_400_000],
  ])('%o takes %j', (spec, word, expected) => {
    expect(one(spec, word)).toBe(expected)
  })

  it.each<[InputSpec, string, string]>([
    [{ type: 'group' }, 'server2; reboot', '"server2; reboot" is not the name of a group.'],
    [{ type: 'node' }, '$(reboot)', '"$(reboot)" is not the name of a node.'],
    [{ type: 'group' }, '--all', '"--all" is not the name of a group.'],
    [{ type: 'group' }, 'servr2', 'No group "servr2" in pvfs. Did you mean server2?'],
    [{ type: 'node' }, 'constructor', 'No node "constructor" in pvfs.'],
    [{ type: 'string', pattern: '[a-c]+' }, 'abcd', '"abcd" does not have the form [a-c]+.'],
    [{ type: 'string' }, 'a\0b', '"a\\u0000b" holds a character that no script can be given.'],
    [{ type: 'string' }, '\ud800', 'holds a character that no script can be given.'],
    [{ type: 'string' }, 'x'.repeat(5000), 'This text is longer than 4096 characters.'],
    [{ type: 'number' }, '1e9', '"1e9" is not a number.'],
    [{ type: 'boolean' }, 'constructor', '"constructor" is neither yes nor no.'],
    [
      { type: 'choice', options: ['reboot', 'off'] },
      'rebot',
      '"rebot" is not one of the choices. Did you mean reboot?',
    ],
    [{ type: 'choice', options: ['reboot', 'off'] }, 'zzz', 'It is one of reboot, off.'],
    [{ type: 'duration' }, '5', '"5" is not a duration.'],
  ])('%o refuses %j, and nothing was run', (spec, word, expected) => {
    expect(one(spec, word)).toContain(expected)
    expect(one(spec, word)).toContain('Nothing was run.')
  })

  it('is shown with a caret below the word, in the line that was typed', () => {
    expect(told(resolve({ group: GROUP }, { group: 'servr2' }, 'failover servr2 to node5'))).toBe(
      [
        'failover servr2 to node5',
        '         ^^^^^^',
        'No group "servr2" in pvfs. Did you mean server2?',
        'Nothing was run. It has server2, server3.',
      ].join('\n'),
    )
  })

  it('is never accepted as a name if a shell could read anything into it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), word => {
        const isAccepted = NAME_PATTERN.test(word)
        expect(isAccepted && /[^A-Za-z0-9._-]|^-/.test(word)).toBe(false)
      }),
    )
  })

  it('is reported with all other mistakes', () => {
    const result = resolve({ group: GROUP, node: NODE }, { group: 'servr2', node: 'nod5', noed: 'x' })
    expect(result.ok ? [] : result.problems.map(({ code, suggestion }) => [code, suggestion])).toEqual([
      ['unknown-input', 'node'],
      ['unknown-group', 'server2'],
      ['unknown-node', 'node5'],
    ])
  })
})

describe('what a person left out', () => {
  it('is worked out from the cluster, with the reason', () => {
    const result = resolve({ group: GROUP, node: NODE }, { group: 'server2' })
    expect(result).toMatchObject({ ok: true, value: { values: { group: 'server2', node: 'node5' } } })
    expect(result.ok && result.value.because['node']).toBeTruthy()
    expect(result.ok && result.value.because['group']).toBeUndefined()
  })

  it('is taken as it stands for numbers, yes and no, durations and choices', () => {
    const inputs: Record<string, InputSpec> = {
      count: { type: 'number', default: 3 },
      force: { type: 'boolean', default: false },
      grace: { type: 'duration', default: '90s' },
      how: { type: 'choice', options: ['off', 'reboot'], default: 'off' },
      why: { type: 'choice', options: ['pvfs', 'x'], default: 'cluster.name' },
      text: { type: 'string', default: '"on " + cluster.dc' },
    }
    const result = resolve(inputs, {})
    expect(result.ok && result.value.values).toEqual({
      count: 3,
      force: false,
      grace: 90_000,
      how: 'off',
      why: 'pvfs',
      text: 'on node3',
    })
  })

  it('may be nothing when it is not required', () => {
    expect(resolve({ why: { type: 'string', required: false } }, {})).toEqual({
      ok: true,
      value: { values: {}, because: {} },
    })
  })

  it('is asked for when it is required', () => {
    expect(told(resolve({ group: GROUP, node: NODE }, {}))).toBe(
      'failover needs group (the group to move).\nNothing was run. Write: failover <group> [to <node>]',
    )
    expect(told(resolve({ group: { type: 'group' } }, {}))).toContain('failover needs group.')
  })

  it('is refused with the cluster’s own reason when there is no target', () => {
    const functions = {
      ...FUNCTIONS,
      bestTarget: () => ({ ok: false as const, problems: [{ code: 'no-target', message: 'No node can take it.' }] }),
    }
    const result = resolve({ group: GROUP, node: NODE }, { group: 'server2' }, undefined, functions)
    expect(result.ok ? [] : result.problems.map(problem => problem.code)).toEqual(['no-target'])
  })

  it('is refused when its default fails, is wrong, or names what is not there', () => {
    const failing: InputSpec = { type: 'node', default: 'cluster.groups["nope"].node' }
    expect(told(resolve({ node: failing }, {}))).toContain(
      'failover could not work out node: cluster.groups has no "nope".',
    )
    expect(told(resolve({ node: { type: 'node', default: 'clustr.dc' } }, {}))).toContain('There is no "clustr"')
    expect(told(resolve({ node: { type: 'node', default: '"node9"' } }, {}))).toContain('No node "node9" in pvfs.')
  })
})
