import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine, MAX_COMMAND_BYTES, requestFor } from '../../../src/adapters/ssh/command-line.ts'

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

const SHELLS = ['bash', 'dash', 'ksh', 'mksh', 'zsh', 'fish', 'tcsh'].filter(
  shell => spawnSync(shell, ['-c', 'true']).error === undefined,
)

describe('the exec request of a call', () => {
  let folder: string
  let show: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-call-'))
    show = join(folder, 'show')
    writeFileSync(show, 'for word; do printf "%s\\n" "$word"; done')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const text = (call: readonly string[], become?: 'sudo') => {
    const request = requestFor({ script: 'echo never', call }, become, 'n1')
    return 'text' in request ? request.text : request.reason
  }

  it('is the file and its arguments, without the script', () => {
    expect(text(['/var/lib/ha-bot/runner-0123', 'attach', 'op=a-b.c_1', 'out=0'])).toBe(
      'exec /bin/sh /var/lib/ha-bot/runner-0123 attach op=a-b.c_1 out=0',
    )
    expect(text(['.ha-bot/runner-0123', 'list'], 'sudo')).toBe('exec sudo -n -- /bin/sh .ha-bot/runner-0123 list')
  })

  it.each(SHELLS)('is read by a login shell %s as it is', shell => {
    const words = fc.array(fc.string({ unit: fc.constantFrom(...'azAZ09._/:=,@+-'), minLength: 1, maxLength: 20 }), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(words, list => {
        const plain = list.filter(word => /^[A-Za-z0-9._/]/.test(word))
        const { stdout } = spawnSync(shell, ['-c', text([show, ...plain])])
        expect(stdout.toString()).toBe(plain.map(word => `${word}\n`).join(''))
      }),
      { numRuns: 20 },
    )
  })

  it.each(['', '-x', 'a b', '$(id)', 'a;b', "it's", 'a\nb', 'a\\b', 'a!b', '~', '*', 'é', '=a', '+1'])(
    'is refused with the word %j in it',
    word => {
      expect(text(['/x', word])).toContain('Nothing was sent')
    },
  )
})
