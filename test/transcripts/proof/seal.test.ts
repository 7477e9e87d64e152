import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isSignedBy } from '../../../src/adapters/signatures/bot-signature.ts'
import { sha256 } from '../../../src/canonical.ts'
import { parseSeal, type Statement, sealText, statementText } from '../../../src/transcripts/proof/seal.ts'
import { isSafePath, parseSums, sumsText } from '../../../src/transcripts/proof/sums.ts'
import { parseWitness, witnessText } from '../../../src/transcripts/proof/witness.ts'
import { RUN } from '../../support/run-fixtures.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const SUMS = sumsText(
  new Map([
    ['transcript.txt', sha256('b')],
    ['events.ndjson', sha256('a')],
    ['output/look.node1.out', sha256('c')],
  ]),
)
const statement: Statement = {
  ...{ kind: 'ha-bot seal 1', run: RUN, number: 42, seq: 27, head: sha256('head'), sums: sha256(SUMS) },
  ...{ rendering: 1, by: 'worker@test:1' },
}
const SEAL = sealText(statement, sign(null, Buffer.from(statementText(statement)), privateKey).toString('base64'))

/** As it is verified. */
function holds(bytes: Buffer): boolean {
  const seal = parseSeal(bytes)
  return seal !== undefined && isSignedBy([publicKey], statementText(seal.statement), seal.signature)
}

function flipped(text: string, bit: number): Buffer {
  const bytes = Buffer.from(text)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return bytes
}

describe('a seal', () => {
  test('holds as it was written, and with no bit of it flipped', () => {
    expect(holds(Buffer.from(SEAL))).toBe(true)
    const bits = Array.from({ length: Buffer.byteLength(SEAL) * 8 }, (_, bit) => bit)
    expect(bits.filter(bit => holds(flipped(SEAL, bit)))).toEqual([])
  })

  test('does not hold when it is longer, shorter or written otherwise', () => {
    const others = [
      SEAL.slice(0, -1),
      `${SEAL}\n`,
      ` ${SEAL}`,
      SEAL.replace('\n', '\r\n'),
      SEAL.replace(',', ', '),
      '',
      '\n',
      '{}\n\n',
    ]
    expect(others.filter(other => holds(Buffer.from(other)))).toEqual([])
  })
})

describe('sums', () => {
  test('are sorted, and read back only as they were written', () => {
    expect(SUMS.split('\n').map(line => line.slice(66))).toEqual([
      'events.ndjson',
      'output/look.node1.out',
      'transcript.txt',
      '',
    ])
    expect(parseSums(Buffer.from(SUMS))?.get('events.ndjson')).toBe(sha256('a'))
    const [first = '', ...rest] = SUMS.split('\n')
    const others = [
      [...rest, first].join('\n'),
      SUMS.replace('  ', ' *'),
      SUMS.toUpperCase(),
      `${SUMS}\n`,
      SUMS.slice(0, -1),
    ]
    expect(others.map(other => parseSums(Buffer.from(other)))).toEqual(others.map(() => undefined))
  })

  test('name nothing outside of the bundle', () => {
    for (const path of ['../x', 'a/../../x', '/etc/passwd', './x', 'a//b', 'a/', '', 'a\nb', 'a b', '..']) {
      expect(isSafePath(path), path).toBe(false)
      expect(parseSums(Buffer.from(`${sha256('a')}  ${path}\n`)), path).toBeUndefined()
    }
    expect(['output/look.node-1.err', 'transcript.html', 'output/..x.out'].every(isSafePath)).toBe(true)
  })
})

describe('what a witness is given', () => {
  test('is read as it was posted, and as people copy it', () => {
    const head = sha256('head')
    expect(parseWitness(witnessText({ seq: 27, head }))).toEqual({ seq: 27, hash: head.slice(0, 16) })
    expect(parseWitness(` ${head.toUpperCase()} `)).toEqual({ hash: head })
    expect(parseWitness(`${head.slice(0, 12)}…`)).toEqual({ hash: head.slice(0, 12) })
    for (const text of ['', '27', '27:', 'abc', head.slice(0, 11), `${head}0`, 'not hex at all', '27:9b2f'])
      expect(parseWitness(text), text).toBeUndefined()
  })
})
