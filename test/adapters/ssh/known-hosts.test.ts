import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../src/adapters/ssh/key-blob.ts'
import { type KnownHosts, parseKnownHosts } from '../../../src/adapters/ssh/known-hosts.ts'
import { judge, pinsOf } from '../../../src/adapters/ssh/pins.ts'

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-known-hosts-'))
  file = join(folder, 'known_hosts')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An ed25519 public key in wire form; any 32 bytes will do. */
function ed25519(bytes: Uint8Array): Buffer {
  const type = Buffer.from('ssh-ed25519')
  return Buffer.concat([Buffer.from([0, 0, 0, type.length]), type, Buffer.from([0, 0, 0, 32]), bytes])
}

function keyOf(fill: number): Buffer {
  return ed25519(Buffer.alloc(32, fill))
}

function line(names: string, key: Buffer, marker = ''): string {
  return `${marker && `${marker} `}${names} ssh-ed25519 ${key.toString('base64')}`
}

function parse(...lines: string[]): KnownHosts {
  return parseKnownHosts(`${lines.join('\n')}\n`, 'known_hosts')
}

function verdict(known: KnownHosts, host: string, port: number, key: Buffer): string {
  return judge(pinsOf(known, host, port), key).kind
}

describe('what a known_hosts file says about a host', () => {
  const mine = keyOf(1)
  const other = keyOf(2)

  it('trusts exactly the keys that are pinned, several for one host', () => {
    const known = parse(line('db1', mine), line('db1', other))
    expect(verdict(known, 'db1', 22, mine)).toBe('trusted')
    expect(verdict(known, 'DB1', 22, other)).toBe('trusted')
    expect(verdict(known, 'db1', 22, keyOf(3))).toBe('changed')
    expect(verdict(known, 'db2', 22, mine)).toBe('unknown')
  })

  it('keeps hosts on different ports apart', () => {
    const known = parse(line('[db1]:2222', mine), line('db2', mine))
    expect(verdict(known, 'db1', 2222, mine)).toBe('trusted')
    expect(verdict(known, 'db1', 22, mine)).toBe('unknown')
    expect(verdict(known, 'db2', 2222, mine)).toBe('unknown')
  })

  it('lets a revocation win over a pin, wherever it stands', () => {
    const known = parse(line('db1', mine), line('*', mine, '@revoked'), line('db1', other))
    expect(verdict(known, 'db1', 22, mine)).toBe('revoked')
    expect(verdict(known, 'db1', 22, other)).toBe('trusted')
  })

  it('pins nothing by @cert-authority and says so', () => {
    const known = parse(line('db1', mine, '@cert-authority'))
    expect(verdict(known, 'db1', 22, mine)).toBe('unknown')
    expect(known.problems[0]?.message).toContain('@cert-authority')
  })

  it('reports every bad line by its number and uses the good ones', () => {
    const known = parse(
      '# a comment',
      '',
      'db1 ssh-ed25519',
      'db1 ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAEB',
      '|1|short|hash ssh-ed25519 AAAA',
      line('@revoked db1', mine, '@revoked'),
      line('db1', mine, '@trusted'),
      `  \t${line('db1', mine)} a comment\r`,
    )
    expect(known.problems.map(problem => problem.place?.line)).toEqual([3, 4, 5, 6, 7])
    expect(known.entries.map(entry => entry.line)).toEqual([8])
  })

  it('never throws, and accounts for every line, whatever the file holds', () => {
    const scrap = fc.oneof(fc.string(), fc.constantFrom('@', '|1|', 'ssh-ed25519 ', '\n', ' ', 'AAAA', line('a', mine)))
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 20 }), parts => {
        const text = parts.join('')
        const known = parseKnownHosts(text, 'f')
        const meant = text.split('\n').filter(raw => /^[ \t]*[^ \t#]/.test(raw.replace(/\r$/, '')))
        expect(known.entries.length + known.problems.length).toBe(meant.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('held against ssh-keygen', () => {
  const name = fc.stringMatching(/^[ab][ab.]{0,2}$/)
  const host = fc.oneof(
    { weight: 3, arbitrary: name },
    name.map(text => `[${text}]:2222`),
  )
  const pattern = fc.oneof(host, fc.stringMatching(/^[abA*?.]{1,4}$/), fc.stringMatching(/^![ab*?]{1,3}$/))
  const names = fc.array(pattern, { minLength: 1, maxLength: 3 }).map(list => list.join(','))
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(ed25519)
  const marker = fc.constantFrom('', '', '', '@revoked', '@cert-authority')
  const entry = fc.tuple(names, key, marker).map(([who, what, mark]) => line(who, what, mark))
  const noise = fc.constantFrom('', '# comment', '   ', '#a ssh-ed25519 AAAA')
  const lines = fc.array(fc.oneof({ weight: 4, arbitrary: entry }, noise), { minLength: 1, maxLength: 10 })
  const queries = fc.array(host, { minLength: 2, maxLength: 3 })

  /** Lines on which ssh-keygen finds `query`, with its marker; host certificates left out. */
  function oracle(query: string): string[] {
    const { stdout } = spawnSync('ssh-keygen', ['-F', query, '-f', file], { encoding: 'utf8' })
    const found = [...stdout.matchAll(/^# Host .* found: line (\d+) ?(REVOKED|CA)?/gm)]
    return found.filter(match => match[2] !== 'CA').map(match => `${match[1]}${match[2] ? ' revoked' : ''}`)
  }

  function ours(query: string): string[] {
    const [, bracketed, port] = /^\[(.*)\]:(\d+)$/.exec(query) ?? []
    const known = parseKnownHosts(readFileSync(file, 'utf8'), file)
    const { trusted, revoked } = pinsOf(known, bracketed ?? query, Number(port ?? 22))
    const found = [...trusted.map(pin => ({ pin, text: '' })), ...revoked.map(pin => ({ pin, text: ' revoked' }))]
    return found.sort((a, b) => a.pin.line - b.pin.line).map(({ pin, text }) => `${pin.line}${text}`)
  }

  it('finds the same lines for the same host: patterns, negation, ports, markers', () => {
    let found = 0
    fc.assert(
      fc.property(lines, queries, (content, asked) => {
        writeFileSync(file, `${content.join('\n')}\n`)
        for (const query of asked) {
          expect(ours(query)).toEqual(oracle(query))
          found += ours(query).length
        }
      }),
      { numRuns: 60 },
    )
    expect(found).toBeGreaterThan(20)
  }, 60_000)

  it('finds the same lines after ssh-keygen hashed the names, and after it removed a host', () => {
    let hashed = 0
    fc.assert(
      fc.property(lines, queries, (content, asked) => {
        writeFileSync(file, `${content.join('\n')}\n`)
        spawnSync('ssh-keygen', ['-H', '-f', file])
        hashed += readFileSync(file, 'utf8').split('|1|').length - 1
        for (const query of asked) expect(ours(query)).toEqual(oracle(query))
        const [gone = 'a'] = asked
        spawnSync('ssh-keygen', ['-R', gone, '-f', file])
        for (const query of asked) expect(ours(query)).toEqual(oracle(query))
      }),
      { numRuns: 40 },
    )
    expect(hashed).toBeGreaterThan(20)
  }, 60_000)

  it('gives the same fingerprints', () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 10 }), keys => {
        writeFileSync(file, keys.map(one => `${line('a', one)}\n`).join(''))
        const printed = execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' })
        const theirs = printed
          .trim()
          .split('\n')
          .map(text => text.split(' ')[1])
        expect(keys.map(fingerprintOf)).toEqual(theirs)
      }),
      { numRuns: 20 },
    )
  })
})
