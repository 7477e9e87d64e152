import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandLine, MAX_COMMAND_BYTES } from '../../../src/adapters/ssh/command-line.ts'

function textOf(script: string): string {
  const command = commandLine(script, undefined, 'n1')
  return 'text' in command ? command.text : ''
}

describe('the exec request of a script', () => {
  it.each(['sh', 'bash'])('reaches /bin/sh unchanged through a login shell %s, whatever the script holds', shell => {
    const nasty = fc.constantFrom(
      "'",
      '"',
      '\\',
      '\n',
      '$(id)',
      '`id`',
      '!',
      '*',
      '~',
      ';',
      '&',
      '#',
      "\\'",
      'é',
      '🂡',
      '\t',
      '\r',
    )
    const text = fc
      .array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { maxLength: 12 })
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(text, content => {
        const clean = content.replaceAll('\0', '')
        // The script prints itself: a here-document takes its text literally up to the end mark.
        const script = `cat <<'END-OF-SCRIPT'\n${clean}\nEND-OF-SCRIPT\n`
        const { stdout } = spawnSync(shell, ['-c', textOf(script)])
        expect(stdout.toString('utf8')).toBe(`${clean}\n`)
      }),
      { numRuns: 60 },
    )
  })

  it('asks sudo never to prompt, and gives it the script as one word', () => {
    expect(commandLine("echo 'a'", 'sudo', 'n1')).toEqual({ text: `exec sudo -n -- /bin/sh -c 'echo '\\''a'\\'''` })
  })

  it('may be as long as its limit and no longer, counted in bytes and quoted', () => {
    const overhead = textOf('').length
    const longest = 'é'.repeat((MAX_COMMAND_BYTES - overhead) / 2)
    expect(Buffer.byteLength(textOf(longest))).toBe(MAX_COMMAND_BYTES)
    expect(commandLine(`${longest}x`, undefined, 'n1')).toMatchObject({ code: 'too-large' })
    expect(commandLine("'".repeat(30_000), undefined, 'n1')).toMatchObject({ code: 'too-large' })
  })
})
