import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '../../src/canonical.ts'
import { copiedText } from '../../src/runbooks/copied-text.ts'
import { putBack, putScript, putSource, SHOW_DIFFERENCE, withText } from '../../src/runbooks/copy-script.ts'
import { posixCksum } from '../../src/runbooks/posix-cksum.ts'
import { assembleScript } from '../../src/runbooks/script.ts'

const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['ksh'], ['mksh']].filter(
  ([shell]) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0,
)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ha copy's "))
  mkdirSync(join(folder, 'etc'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Put {
  readonly text: string
  readonly mode?: string
  readonly owner?: string
  readonly backup?: boolean
  readonly sum?: string
}

const target = () => join(folder, 'etc', 'ha.cf')
const kept = () => join(folder, 'kept', 'ha.cf.run')

function put(shell: readonly string[], { text, mode = '', owner = '', backup = false, sum }: Put) {
  const values = {
    to: target(),
    owner,
    mode,
    kept: backup ? kept() : '',
    sum: sum ?? posixCksum(Buffer.from(text)),
    sha256: sha256(text),
  }
  return sh(shell, withText(assembleScript(putScript(backup), values), text))
}

/** The script as a file, as the runner on a node has it. */
function sh([shell = 'sh', ...options]: readonly string[], script: string, input = '') {
  const file = join(folder, 'script')
  writeFileSync(file, script)
  const { status, stdout, stderr } = spawnSync(shell, [...options, file], { input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

describe.each(SHELLS)('a file that is put in place by %s', (...shell) => {
  it('has the text, byte for byte, and the mode that was asked for', () => {
    const text = `node "$x" 'y'\n\${z} \\ \`reboot\`\n\ttab\r\nHA_BOT_END\nHA_BOT_END_2\né😀\n`
    expect(put(shell, { text, mode: '0640' })).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(target(), 'utf8')).toBe(text)
    expect(modeOf(target())).toBe('640')
    expect(readdirSync(join(folder, 'etc'))).toEqual(['ha.cf'])
  })

  it.each(['', '\n', 'no end', 'a\nno end\\', "it's\n\n\n", '-n\n-e', '%s%d'])('may hold %j', text => {
    expect(put(shell, { text })).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(target(), 'utf8')).toBe(text)
    expect(modeOf(target())).toBe('644')
  })

  it('may hold any text', () => {
    const any = fc.string({ unit: 'binary', maxLength: 60 }).map(text => text.replace(/[\0\p{Surrogate}]/gu, ''))
    const lines = fc.array(fc.oneof(any, fc.constantFrom('HA_BOT_END', '', '\\', '$(reboot)')), { maxLength: 6 })
    fc.assert(
      fc.property(lines, made => {
        const text = made.join('\n')
        expect(put(shell, { text })).toMatchObject({ status: 0, stderr: '' })
        expect(readFileSync(target(), 'utf8')).toBe(text)
      }),
      { numRuns: 8 },
    )
  })

  it('may be long', () => {
    const text = 'deadtime 30 # a long line of text\n'.repeat(7000)
    expect(put(shell, { text })).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(target(), 'utf8') === text).toBe(true)
  })

  it('keeps the mode it has where nothing else is said', () => {
    writeFileSync(target(), 'old\n')
    chmodSync(target(), 0o600)
    expect(put(shell, { text: 'new\n' })).toMatchObject({ status: 0 })
    expect(readFileSync(target(), 'utf8')).toBe('new\n')
    expect(modeOf(target())).toBe('600')
  })

  it('is kept elsewhere before, and can be put back', () => {
    writeFileSync(target(), 'old\n')
    chmodSync(target(), 0o600)
    expect(put(shell, { text: 'new\n', backup: true }).stdout).toContain(`what was there before is kept as ${kept()}`)
    expect(readFileSync(kept(), 'utf8')).toBe('old\n')
    expect(sh(shell, assembleScript(putBack(target(), kept()), {})).status).toBe(0)
    expect(readFileSync(target(), 'utf8')).toBe('old\n')
    expect(modeOf(target())).toBe('600')
  })

  it('is removed again only where it is known that nothing was there', () => {
    const back = () => sh(shell, assembleScript(putBack(target(), kept()), {}))
    writeFileSync(target(), 'untouched\n')
    expect(back().status).toBe(1)
    expect(readFileSync(target(), 'utf8')).toBe('untouched\n')
    rmSync(target())
    expect(put(shell, { text: 'new\n', backup: true }).status).toBe(0)
    expect(back().status).toBe(0)
    expect(existsSync(target())).toBe(false)
  })

  it('is left alone when what arrived is not what was sent, or it cannot be written', () => {
    writeFileSync(target(), 'old\n')
    const damaged = put(shell, { text: 'new\n', sum: '1 4' })
    expect(damaged).toMatchObject({
      status: 1,
      stderr: `${target()}.ha-bot-new is not what was sent. ${target()} is as it was.\n`,
    })
    expect(put(shell, { text: 'new\n', owner: 'nobody-here' })).toMatchObject({ status: 1 })
    expect(readFileSync(target(), 'utf8')).toBe('old\n')
    expect(readdirSync(join(folder, 'etc'))).toEqual(['ha.cf'])
  })

  it('is not put in the place of a link or a folder', () => {
    writeFileSync(join(folder, 'other'), 'other\n')
    symlinkSync(join(folder, 'other'), target())
    expect(put(shell, { text: 'new\n', backup: true }).stderr).toContain('is a symbolic link: name the file itself')
    rmSync(target())
    mkdirSync(target())
    expect(put(shell, { text: 'new\n' }).stderr).toContain('is not a file')
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('other\n')
  })

  it('is told before how it would differ', () => {
    const show = (text: string) => {
      const values = { to: target(), from: 'ha.cf', sum: posixCksum(Buffer.from(text)) }
      return sh(shell, assembleScript(SHOW_DIFFERENCE, values), text)
    }
    expect(show('a\n').stdout).toContain('is not there yet\n')
    expect(show('a\n').stdout).toContain('+a\n')
    writeFileSync(target(), 'a\nb\n')
    expect(show('a\nc\n')).toMatchObject({ status: 0, stdout: expect.stringContaining(' a\n-b\n+c\n') })
    expect(show('a\nb\n')).toMatchObject({ status: 0, stdout: expect.stringContaining(': the text is the same\n') })
    expect(readFileSync(target(), 'utf8')).toBe('a\nb\n')
  })
})

describe('what people read of it', () => {
  it('is the script without the text', () => {
    const also = { owner: 'root', mode: '', kept: '/var/backups/ha.cf' }
    expect(putSource('ha.cf', 'a\nb', also)).toMatchInlineSnapshot(`
      "# put ha.cf at $to: 2 lines, 3 bytes, owner $owner
      # what is there now is kept as $kept
      # written beside it, held against $sum, and renamed"
    `)
    expect(putSource('ha.cf', '', { owner: '', mode: '', kept: '' })).toContain(
      '# put ha.cf at $to: 0 lines, 0 bytes\n',
    )
  })
})

describe('a checksum', () => {
  it('is the one of cksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
        expect(`${posixCksum(bytes)}\n`).toBe(execFileSync('cksum', { input: bytes, encoding: 'utf8' }))
      }),
      { numRuns: 20 },
    )
  })
})

describe('a file that cannot be copied', () => {
  it.each([
    ['is too long', new Uint8Array(256 * 1024 + 1).fill(65)],
    ['holds NUL bytes', new Uint8Array([65, 0])],
    ['is no UTF-8', new Uint8Array([0xff, 65])],
  ])('%s', (_, bytes) => {
    expect(copiedText('ha.cf', bytes)).toMatchObject({ ok: false, problems: [{ code: 'cannot-copy' }] })
  })

  it('keeps a mark of the byte order', () => {
    expect(copiedText('ha.cf', new Uint8Array([0xef, 0xbb, 0xbf, 65]))).toEqual({ ok: true, value: '\uFEFFA' })
  })
})
