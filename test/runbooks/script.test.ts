import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleScript, shellValues, sq } from '../../src/runbooks/script.ts'

/** Every POSIX shell of this computer. */
const SHELLS = [
  ['sh'],
  ['dash'],
  ['bash', '--posix'],
  ['bash'],
  ['busybox', 'sh'],
  ['ksh'],
  ['mksh'],
  ['zsh', '--emulate', 'sh'],
].filter(([shell]) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0)

function run([shell = 'sh', ...options]: readonly string[], script: string): Buffer {
  return execFileSync(shell, [...options, '-s'], { input: script, env: { PATH: process.env['PATH'] ?? '' } })
}

/** Sends values through a shell and gives back what arrived, as bytes. */
function sent(shell: readonly string[], values: readonly string[]): readonly string[] {
  const named = Object.fromEntries(values.map((value, index) => [`v${index}`, value]))
  const source = values.map((_, index) => `printf '%s\\0' "$v${index}"`).join('\n')
  return run(shell, assembleScript(source, named)).toString('utf8').split('\0').slice(0, -1)
}

const PIECES = [
  "'",
  '"',
  '\\',
  '\n',
  '\r',
  '$(reboot)',
  '`reboot`',
  '${x}',
  '$x',
  '-',
  '--',
  ';',
  '&',
  '|',
  '!',
  '*',
  '~',
  '#',
  ' ',
  '\t',
  '\u0001',
  'é',
  '😀',
  "'\\''",
]
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map(made => made.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }).map(text => text.replace(/[\0\p{Surrogate}]/gu, '')),
)

describe.each(SHELLS)('%s', (...shell) => {
  it('receives any text byte for byte', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 20, maxLength: 60 }), values => {
        expect(sent(shell, values)).toEqual(values)
      }),
      { numRuns: 15 },
    )
  })

  it('runs nothing that stands in a value', () => {
    const values = { a: "'; echo hacked; '", b: '$(echo hacked)', c: '`echo hacked`', d: '\necho hacked\n' }
    expect(run(shell, assembleScript('echo done', values)).toString()).toBe('done\n')
  })

  it('has the values as shell variables that no command inherits', () => {
    const script = assembleScript('echo "$group/$count/$force"; env | grep -c "^group=" || true', {
      group: 'g',
      count: 1.5,
      force: true,
    })
    expect(run(shell, script).toString()).toBe('g/1.5/true\n0\n')
  })

  it('answers in one language and finds the tools of the system', () => {
    const script = assembleScript(
      'echo "$LC_ALL"; case ":$PATH:" in *:/usr/sbin:/sbin:/usr/local/sbin:*) echo found;; esac',
      {},
    )
    expect(run(shell, script).toString()).toBe('C\nfound\n')
  })
})

describe('a script', () => {
  it('was tried in at least one shell', () => {
    expect(SHELLS.length).toBeGreaterThan(0)
  })

  it('is the preamble, the values and the author’s text unchanged', () => {
    expect(assembleScript('echo "$group"', { group: "it's" })).toBe(
      [
        'LC_ALL=C',
        'export LC_ALL',
        'PATH="${PATH:+$PATH:}/usr/sbin:/sbin:/usr/local/sbin"',
        'export PATH',
        "group='it'\\''s'",
        'echo "$group"',
        '',
      ].join('\n'),
    )
    expect(assembleScript('a\n', {}).endsWith('\na\n')).toBe(true)
  })

  it('never holds a NUL byte', () => {
    expect(() => sq('a\0b')).toThrow(RangeError)
  })

  it('has an empty variable for what was left out', () => {
    const inputs = { group: { type: 'group' as const }, why: { type: 'string' as const } }
    expect(shellValues(inputs, { group: 'server2' })).toEqual({ group: 'server2', why: '' })
  })
})
