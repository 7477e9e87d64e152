import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lifetimeMs } from '../../../lab/simulated/pacemaker/commands/constraints.ts'
import { readOptions } from '../../../lab/simulated/pacemaker/commands/options.ts'
import { addScores, INFINITY_SCORE, parseScore, scoreText } from '../../../lab/simulated/pacemaker/score.ts'
import { quoted } from '../../../lab/simulated/shell/quoted.ts'
import { type Element, element } from '../../../lab/simulated/xml/element.ts'
import { formatXml, parseXml } from '../../../lab/simulated/xml/text.ts'

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
const text = fc.stringMatching(/^[ -~é]{0,20}$/)
const tree: fc.Arbitrary<Element> = fc.letrec<{ node: Element }>(tie => ({
  node: fc
    .record({
      name,
      attributes: fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, maxLength: 3 }),
      children: fc.oneof({ maxDepth: 3 }, fc.constant<Element[]>([]), fc.array(tie('node'), { maxLength: 3 })),
    })
    .map(made => element(made.name, Object.fromEntries(made.attributes), made.children)),
})).node

describe('the texts of the lab', () => {
  it('read back every XML tree they wrote', () => {
    fc.assert(
      fc.property(tree, root => {
        expect(parseXml(formatXml(root))).toEqual(root)
      }),
      { numRuns: 200 },
    )
  })

  it('read no cut-off XML as whole', () => {
    const whole = formatXml(
      element('cib', { epoch: '57' }, [element('status', {}, [element('node', { id: '1' })])]),
    ).trimEnd()
    for (let length = 0; length < whole.length; length += 1)
      expect(parseXml(whole.slice(0, length)), whole.slice(0, length)).toBeUndefined()
  })

  it('hand any text to a shell as one word', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }).filter(value => !value.includes('\0')),
        value => {
          expect(execFileSync('/bin/sh', ['-c', `printf %s ${quoted(value)}`], { encoding: 'utf8' })).toBe(
            Buffer.from(value).toString('utf8'),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  it('understand every spelling of an option alike', () => {
    const table = { r: 'resource=', resource: 'resource=', Q: 'quiet', G: 'query' }
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_]{1,10}$/), value => {
        const wanted = { values: { resource: value, quiet: 'yes' }, rest: [], unknown: '' }
        for (const args of [
          ['-r', value, '-Q'],
          [`-r${value}`, '-Q'],
          [`-Qr${value}`],
          ['--resource', value, '-Q'],
          [`--resource=${value}`, '-Q'],
        ]) {
          expect(readOptions(args, table)).toEqual(wanted)
        }
      }),
      { numRuns: 50 },
    )
    expect(readOptions(['-G', '--nope=1'], table).unknown).toBe('--nope')
    expect(readOptions(['-r'], table).unknown).toBe('-r')
  })

  it('let minus infinity win over everything, and keep sums within infinity', () => {
    const score = fc.integer({ min: -2 * INFINITY_SCORE, max: 2 * INFINITY_SCORE })
    fc.assert(
      fc.property(score, score, (left, right) => {
        expect(Math.abs(addScores(left, right))).toBeLessThanOrEqual(INFINITY_SCORE)
        expect(addScores(left, right)).toBe(addScores(right, left))
        expect(addScores(left, -INFINITY_SCORE)).toBe(-INFINITY_SCORE)
        expect(parseScore(scoreText(addScores(left, right)))).toBe(addScores(left, right))
      }),
    )
  })

  it('read lifetimes and refuse what is none', () => {
    expect(lifetimeMs('PT15M')).toBe(900_000)
    expect(lifetimeMs('P1DT2H')).toBe(93_600_000)
    for (const wrong of ['', 'P', 'PT', '15M', 'PT15', 'PT15M ']) expect(lifetimeMs(wrong), wrong).toBeUndefined()
  })
})
