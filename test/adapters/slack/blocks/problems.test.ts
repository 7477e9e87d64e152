import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corrected } from '../../../../src/adapters/slack/blocks/corrected.ts'
import { refusal } from '../../../../src/adapters/slack/blocks/problems.ts'
import { caret, type Problem } from '../../../../src/problem.ts'
import { blocksAsText } from '../../../support/blocks-as-text.ts'
import { markupIn, objections } from '../within-limits.ts'

const said = '/ha failover sevrer2 to node5'
const typo: Problem = {
  code: 'unknown-group',
  message: 'No group "sevrer2" in pvfs.',
  excerpt: caret(said, said.indexOf('sevrer2'), 7),
  suggestion: 'server2',
  stillTrue: 'Nothing ran.',
}

test('a refusal shows the input with its caret, one suggestion, and a button with the corrected words', async () => {
  const { blocks } = refusal([typo])
  await expect(blocksAsText(blocks)).toMatchFileSnapshot('../goldens/refusal-typo.txt')
  await expect(`${JSON.stringify(blocks, null, 2)}\n`).toMatchFileSnapshot('../goldens/refusal-typo.json')
  expect(JSON.stringify(blocks)).toContain('"value":"failover server2 to node5"')
})

test('only one of several problems gets a button', () => {
  const { blocks } = refusal([typo, { ...typo, suggestion: 'server3' }])
  expect(blocks.filter(block => block.type === 'actions')).toHaveLength(1)
  expect(JSON.stringify(blocks)).not.toContain('Use server3')
})

test('a problem that points at nothing has no button', () => {
  const { excerpt: _, ...vague } = typo
  expect(refusal([vague]).blocks.filter(block => block.type === 'actions')).toEqual([])
})

test('correcting replaces exactly what the caret points at', () => {
  const word = fc.stringMatching(/^[a-z0-9"'-]{1,12}$/)
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 5 }),
      word,
      fc.array(word, { maxLength: 5 }),
      word,
      (before, wrong, after, right) => {
        const input = [...before, wrong, ...after].join(' ')
        const start = [...before, ''].join(' ').length
        const better = corrected({
          code: 'x',
          message: '',
          excerpt: caret(input, start, wrong.length),
          suggestion: right,
        })
        expect(better).toBe([...before, right, ...after].join(' '))
      },
    ),
  )
})

test('a refusal is taken by Slack whatever its problems say', () => {
  const text = fc.string({ unit: 'binary', maxLength: 3_000 })
  const problem = fc.record({ code: text, message: text, excerpt: text, suggestion: text, stillTrue: text, next: text })
  fc.assert(
    fc.property(fc.array(problem, { minLength: 1, maxLength: 9 }), problems => {
      const { blocks } = refusal(problems)
      expect(objections(blocks)).toEqual([])
      expect(markupIn(blocks)).toEqual([])
    }),
    { numRuns: 60 },
  )
})
