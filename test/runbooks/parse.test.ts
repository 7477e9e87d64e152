import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import { FAILOVER, told, verdict, withSteps } from './samples.ts'

function parsed(text: string) {
  const result = parseRunbook('failover.yaml', text)
  if (!result.ok) throw new Error(told(result))
  return result.value
}

describe('reading a runbook', () => {
  it('keeps the text, its digest and what it says', () => {
    const { runbook, text, sha256, file } = parsed(FAILOVER)
    expect(file).toBe('failover.yaml')
    expect(text).toBe(FAILOVER)
    expect(sha256).toBe(createHash('sha256').update(FAILOVER).digest('hex'))
    expect(runbook).toMatchObject({ name: 'failover', version: '1.0.0', stack: 'pacemaker', timeoutMs: 20 * 60_000 })
    expect(Object.keys(runbook.inputs)).toEqual(['group', 'node'])
    expect(runbook).not.toHaveProperty('timeout')
  })

  it('spells out the kind of every step, and holds durations in milliseconds', () => {
    const { steps } = parsed(FAILOVER).runbook
    expect(steps.map(step => step.kind)).toEqual(['check', 'run', 'approve', 'run', 'wait', 'approve', 'pause'])
    expect(steps[4]).toMatchObject({ kind: 'wait', every: 2000, timeout: 300_000 })
    expect(steps[6]).toMatchObject({ kind: 'pause', pause: 5000 })
  })

  it('gives every step an id: its own, else from its name or kind, numbered where needed', () => {
    expect(parsed(FAILOVER).runbook.steps.map(step => step.id)).toEqual([
      'settled',
      'what-the-cluster-would-do',
      'approve',
      'move',
      'arrived',
      'approve-2',
      'pause',
    ])
  })

  it('never takes an id that the author gives to a later step', () => {
    const text = withSteps('  - run: ls\n  - id: run\n    run: ls\n  - name: 3 × ÄÖ\n    run: ls\n')
    expect(parsed(text).runbook.steps.map(step => step.id)).toEqual(['run-2', 'run', 'run-3'])
  })

  it('has a time limit even if none is given', () => {
    expect(parsed(withSteps('  - run: ls\n')).runbook.timeoutMs).toBe(15 * 60_000)
  })

  it('accepts a change behind a conditional approval of the same condition', () => {
    const gate = '  - approve: Sure?\n    if: cluster.quorate\n'
    expect(verdict(withSteps(`${gate}  - run: ls\n    change: disruptive\n    if: cluster.quorate\n`))).toBe('fine')
  })

  it('reports the mistakes of all parts together, in the order of the lines', () => {
    const text = FAILOVER.replace('risk: disruptive', 'risk: bad')
      .replace('cluster.settled', 'cluster.setled')
      .replace('pause: 5s', 'puase: 5s')
    const result = parseRunbook('failover.yaml', text)
    const problems = result.ok ? [] : result.problems
    expect(problems.map(problem => [problem.place?.line, problem.code, problem.suggestion])).toEqual([
      [8, 'bad-value', undefined],
      [16, 'unknown-name', 'settled'],
      [34, 'no-kind', 'pause'],
    ])
  })

  it('accepts Windows line ends and a document marker', () => {
    expect(verdict(`---\n${FAILOVER}`)).toBe('fine')
    expect(verdict(FAILOVER.replaceAll('\n', '\r\n'))).toBe('fine')
  })

  it('accepts every runbook of the library', () => {
    const files = readdirSync('runbooks', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.yaml'))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(told(parseRunbook(file, readFileSync(`runbooks/${file}`, 'utf8')))).toBe('fine')
  })
})

describe('a text made to exhaust the reader', () => {
  it.each([
    ['deep flow collections', `a: ${'['.repeat(10_000)}`, 'yaml-too-deep'],
    ['deep block sequences', `${'- '.repeat(10_000)}a`, 'yaml-too-deep'],
    ['a hundred thousand keys', `{${'a: 1, '.repeat(10_000)}}`, 'yaml-too-large'],
    ['more than 256 KiB', `# ${'x'.repeat(300_000)}`, 'yaml-too-large'],
    ['an expression of many kilobytes', withSteps(`  - check: ${'('.repeat(5000)}\n`), 'expression-length'],
    ['a text of many kilobytes', withSteps(`  - approve: ${'x'.repeat(5000)}\n`), 'template'],
  ])('%s: is refused before it is composed', (_, text, code) => {
    const result = parseRunbook('bomb.yaml', text)
    expect(result.ok ? [] : result.problems.map(problem => problem.code)).toContain(code)
  })

  it('shows only the part of a very long line around the mistake', () => {
    const told = verdict(withSteps(`  - check: cluster.quorate && ${'true && '.repeat(100)}cluster.setled\n`))
    expect(Math.max(...told.split('\n').map(line => line.length))).toBeLessThan(200)
    expect(told).toContain('cluster.setled\n')
  })
})
