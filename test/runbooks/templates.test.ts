import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Scope } from '../../src/runbooks/expression-scope.ts'
import { compileTemplate, splitTemplate } from '../../src/runbooks/templates.ts'
import { told, values } from './samples.ts'

const SCOPE: Scope = { inputs: { group: 'string', node: 'string' }, steps: [], moment: 'plan' }

function render(text: string, inputs: Record<string, string> = { group: 'server2', node: 'node5' }): string {
  const template = compileTemplate(text, SCOPE)
  if (!template.ok) return told(template)
  const rendered = template.value.render(values({ inputs }))
  return rendered.ok ? rendered.value : `not rendered: ${rendered.reason}`
}

describe('a text with expressions', () => {
  it('is filled in', () => {
    expect(render('Move ${{ inputs.group }} from ${{cluster.groups[inputs.group].node}} to ${{ inputs.node }}!')).toBe(
      'Move server2 from node3 to node5!',
    )
  })

  it('keeps text, even what looks a little like an expression', () => {
    expect(render('$x ${y} {{ z }} $$')).toBe('$x ${y} {{ z }} $$')
  })

  it('has $${{ for the characters themselves', () => {
    expect(render('write $${{ x }} like ${{ inputs.group }}')).toBe('write ${{ x }} like server2')
  })

  it('ends an expression at the }} that is not inside quotes', () => {
    expect(render('${{ inputs.group + "}}" + \'}}\' }}.')).toBe('server2}}}}.')
  })

  it('does not look again at what was filled in', () => {
    expect(render('${{ inputs.group }}', { group: '${{ inputs.node }}', node: 'x' })).toBe('${{ inputs.node }}')
  })

  it('gives nothing when a part cannot be evaluated', () => {
    expect(render('On ${{ cluster.groups["nope"].node }}')).toBe(
      'not rendered: ${{ cluster.groups["nope"].node }}: cluster.groups has no "nope"',
    )
  })

  it('shows mistakes where they stand in the text', () => {
    expect(render('On ${{ cluster.dcc }}')).toContain('On ${{ cluster.dcc }}\n               ^^^')
    expect(render('On ${{ cluster.dc ')).toContain('Here ${{ is not closed by }}.')
    expect(render('On ${{ }}')).toContain('The expression ends too early.')
    expect(render('On ${{ cluster.nodes }}')).toContain('This gives an object or a list')
  })

  it('is split without losing a character', () => {
    const piece = fc.constantFrom('a', ' ', '${{', '}}', '$', '{', '"', "'", '$${{', '\n')
    fc.assert(
      fc.property(fc.array(piece), made => {
        const text = made.join('')
        const { parts, findings } = splitTemplate(text)
        if (findings.length > 0) return
        const joined = parts.map(part =>
          part.kind === 'words' ? part.words.replaceAll('${{', () => '$${{') : `\${{${part.source}}}`,
        )
        expect(joined.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
    )
  })
})
