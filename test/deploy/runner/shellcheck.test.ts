import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RUNNER } from './node.ts'

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0

describe('the text of the runner', () => {
  it.skipIf(!hasShellcheck && !process.env['CI'])('has nothing that shellcheck minds in a POSIX sh', () => {
    expect(execFileSync('shellcheck', ['-s', 'sh', RUNNER], { encoding: 'utf8' })).toBe('')
  })

  it('does nothing when it was cut off anywhere: its last line is the only one that calls anything', () => {
    const lines = readFileSync(RUNNER, 'utf8').trimEnd().split('\n')
    expect(lines.at(-1)).toBe('main "$@"')
    expect(lines.filter(line => /^(main|do_|wrap\b|")/.test(line) && !line.includes('() {'))).toEqual(['main "$@"'])
  })
})
