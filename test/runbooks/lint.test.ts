import { describe, expect, it } from 'vitest'
import { lintRunbooks, loadLibrary } from '../../src/runbooks/lint.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import { type Lock, updateLock } from '../../src/runbooks/versions.ts'
import { FAILOVER, told, withSteps } from './samples.ts'

function file(name: string, text: string) {
  return { file: `runbooks/${name}.yaml`, text }
}

function pinned(files: readonly { file: string; text: string }[]): Lock {
  return files.reduce<Lock>((lock, one) => {
    const result = parseRunbook(one.file, one.text)
    return result.ok ? updateLock(lock, [result.value]) : lock
  }, [])
}

function lint(...files: readonly { file: string; text: string }[]): string {
  return told({ ok: false, problems: lintRunbooks(files, pinned(files)) })
}

const SAMPLE = withSteps('  - run: ls\n')

describe('a folder of runbooks', () => {
  it('is fine when every file is, and stands in the lock', () => {
    expect(lint(file('pacemaker/failover', FAILOVER), file('pacemaker/sample', SAMPLE))).toBe('')
  })

  it('has a runbook where its stack and name say', () => {
    expect(lint(file('heartbeat/sample', SAMPLE))).toContain(
      'Runbook sample for pacemaker belongs in pacemaker/sample.yaml.',
    )
  })

  it('has each name once in a stack, but may have it in several stacks', () => {
    expect(lint(file('pacemaker/sample', SAMPLE), file('pacemaker/sample', SAMPLE))).toContain(
      'is a runbook of the same name.',
    )
    const other = SAMPLE.replace('stack: pacemaker', 'stack: heartbeat')
    expect(lint(file('pacemaker/sample', SAMPLE), file('heartbeat/sample', other))).toBe('')
  })

  it('has no words that could mean two of its runbooks', () => {
    const rival = withSteps('  - run: ls\n', 'name: rival\ncommand: failover everything')
    expect(lint(file('pacemaker/failover', FAILOVER), file('pacemaker/rival', rival))).toBe(
      [
        'runbooks/pacemaker/rival.yaml:7:1 Some words would mean both "failover everything" and "failover <group> [to <node>]" (runbooks/pacemaker/failover.yaml).',
        'command: failover everything',
        '^^^^^^^',
        'Begin one of them with another word.',
      ].join('\n'),
    )
  })

  it('has only undos that can be carried out', () => {
    const undo = (use: string) =>
      withSteps(`  - approve: Sure?\n  - id: move\n    run: ls\n    change: disruptive\n    undo: ${use}\n`)
    const against = (text: string) => lint(file('pacemaker/failover', FAILOVER), file('pacemaker/sample', text))
    expect(against(undo('{ use: migrate }'))).toContain(
      'Step move is undone by migrate: there is no such runbook for pacemaker.',
    )
    expect(against(undo('{ use: failover }'))).toContain('it needs group under with.')
    expect(against(undo('{ use: failover, with: { group: cluster.dc, nod: cluster.dc } }'))).toContain(
      'it has no input nod.',
    )
    expect(against(undo('{ use: failover, with: { group: cluster.dc } }'))).toBe('')
  })

  it('has only uses that can be carried out', () => {
    const used = withSteps(
      '  - check: cluster.quorate\n  - approve: Sure?\n  - run: ls\n    change: disruptive\n',
      'name: other\ncommand: other',
    )
    const against = (text: string, other = used) => lint(file('pacemaker/other', other), file('pacemaker/sample', text))
    const use = (more = '', before = '  - approve: Sure?\n') =>
      withSteps(`${before}  - { id: it, use: other${more} }\n`)
    expect(against(use())).toBe('')
    expect(against(use(', version: ^1.0.0'))).toBe('')
    expect(against(use(', version: 1.1.0'))).toContain('Step it uses other: it is 1.0.0, which is not 1.1.0.')
    expect(against(use(', with: { group: cluster.dc }'))).toContain('it has no input group.')
    expect(against(use().replace('use: other', 'use: more'))).toContain('there is no such runbook for pacemaker.')
    expect(against(use('', ''))).toContain('it changes something, and no approval stands before this step.')
    expect(against(use().replace('risk: disruptive', 'risk: read'))).toContain(
      'it is disruptive, but this runbook says its risk is read.',
    )
    const inside = `  - approve: Sure?\n    if: cluster.quorate\n  - rolling: {}\n    steps:\n      - { id: it, use: other }\n`
    expect(against(withSteps(inside))).toContain('no approval stands before this step.')
    expect(against(withSteps(inside.replace('rolling: {}', 'rolling: {}\n    if: cluster.quorate')))).toBe('')
  })

  it('has no runbook that leads back to itself', () => {
    const leading = (name: string, to: string) =>
      file(`pacemaker/${name}`, withSteps(`  - use: ${to}\n`, `name: ${name}\ncommand: ${name}`))
    expect(lint(leading('aa', 'bb'), leading('bb', 'cc'), leading('cc', 'aa'))).toContain(
      'Step use uses cc: that leads back to bb (cc, aa, bb).',
    )
    expect(lint(leading('aa', 'aa'))).toContain('that leads back to aa (aa).')
  })

  it('is reported as a whole: files that cannot be read, and those that can', () => {
    const problems = lintRunbooks([file('pacemaker/a', 'a: &b c'), file('pacemaker/failover', FAILOVER)], [])
    expect(problems.map(problem => problem.code)).toEqual(['yaml-anchor', 'not-locked'])
  })
})

describe('the library', () => {
  const status = SAMPLE.replace('stack: pacemaker', 'stack: heartbeat')
  const files = [
    file('pacemaker/sample', SAMPLE),
    file('pacemaker/failover', FAILOVER),
    file('heartbeat/sample', status),
  ]
  const loaded = loadLibrary(files, pinned(files))
  if (!loaded.ok) throw new Error(told(loaded))
  const library = loaded.value

  it('finds a runbook by stack and name', () => {
    expect(library.find('pacemaker', 'failover')?.runbook.version).toBe('1.0.0')
    expect(library.find('heartbeat', 'failover')).toBeUndefined()
  })

  it('lists by stack and name, whatever the order of the files', () => {
    const names = library.list().map(({ runbook }) => `${runbook.stack}/${runbook.name}`)
    expect(names).toEqual(['heartbeat/sample', 'pacemaker/failover', 'pacemaker/sample'])
    expect(library.list('pacemaker')).toHaveLength(2)
  })

  it('finds runbooks by the first word of their command', () => {
    expect(library.forVerb('sample')).toHaveLength(2)
    expect(library.forVerb('sample', 'heartbeat')).toHaveLength(1)
    expect(library.forVerb('failover')[0]?.pattern.verb).toBe('failover')
    expect(library.verbs()).toEqual(['failover', 'sample'])
    expect(library.verbs('heartbeat')).toEqual(['sample'])
  })

  it('is not made of runbooks with problems', () => {
    expect(loadLibrary(files, []).ok).toBe(false)
  })
})
