import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/transcripts/redact.ts'
import { byteByByte, cut, inPieces, knowing } from './pieces.ts'

const ESC = '\u001b'
// Put together here, so that nobody who looks for tokens in this repository finds one.
const SLACK_TOKEN = ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKlMnOpQrStUvWx'].join('-')
const APP_TOKEN = ['xapp', '1', 'A0123456789', '1234567890123', '0123456789abcdef'.repeat(4)].join('-')
const AWS_KEY = ['AKIA', 'IOSFODNN7EXAMPLE'].join('')
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString().trimEnd()
const ENCRYPTED = privateKey
  .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' })
  .toString()
  .trimEnd()

const masked = (text: string) => createRedactor().text(text)

describe('a secret that nobody told us', () => {
  test.each([
    ['a Slack bot token', SLACK_TOKEN, /^a xoxb-\[redacted:slack\]\*+ b$/],
    ['a Slack app token', APP_TOKEN, /^a xapp-\[redacted:slack\]\*+ b$/],
    ['an AWS access key', AWS_KEY, /^a AKIA\[redacted:aws\]\*\* b$/],
    ['a private key', PEM, /^a -----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+ b$/],
    ['an encrypted private key', ENCRYPTED, /^a -----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+ b$/],
    [
      'a private key in JSON',
      JSON.stringify(PEM).slice(1, -1),
      /^a -----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+ b$/,
    ],
    [
      'a private key of a Windows file',
      PEM.replaceAll('\n', '\r\n'),
      /^a -----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+ b$/,
    ],
    [
      'a token in the middle of which a colour begins',
      SLACK_TOKEN.replace('AbC', `A${ESC}[31mbC`),
      /^a xoxb-\[redacted:slack\]\*+ b$/,
    ],
  ])('is known when it is %s', (_, secret, expected) => {
    const text = `a ${secret} b`
    expect(masked(text)).toMatch(expected)
    expect(masked(text)).toHaveLength(text.length)
    expect(byteByByte(createRedactor(), Buffer.from(text)).toString()).toBe(masked(text))
  })

  test('is masked as far as it came, when a key is cut off', () => {
    expect(masked(PEM.slice(0, 700))).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+$/)
  })

  test('is masked on and on although another value becomes known meanwhile', () => {
    const redactor = createRedactor()
    const stream = redactor.stream()
    const first = stream.write(Buffer.from(PEM.slice(0, 300))).toString()
    redactor.register('other', 'another value')
    const rest = stream.write(Buffer.from(PEM.slice(300))).toString() + stream.flush().toString()
    expect(first + rest).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+$/)
  })

  test.each([
    'a token begins with xoxb- or xapp-, e.g. xoxb-your-token',
    'grep -l AKIA /etc; AKIA is not AKIAABC',
    'file: -----BEGIN RSA PRIVATE KEY----- is in (/home/op/.ssh)',
    '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUZ\n-----END CERTIFICATE-----',
    '-----END RSA PRIVATE KEY-----',
    '----- 3 lines -----',
  ])('is not seen in: %s', text => {
    expect(masked(text)).toBe(text)
  })

  test('does not take what follows with it', () => {
    expect(masked(`${PEM}\nnext line`)).toMatch(/\*\nnext line$/)
    const spoken =
      'looked for -----BEGIN RSA PRIVATE KEY----- and more in all of the files: none was found. The rest stays.'
    expect(masked(spoken)).toMatch(/\. The rest stays\.$/)
  })

  test('leaves the JSON around it whole', () => {
    const cutOff = JSON.stringify({ text: JSON.stringify({ key: PEM.slice(0, 300) }) })
    expect(JSON.parse(JSON.parse(masked(cutOff)).text).key).toMatch(
      /^-----BEGIN RSA PRIVATE KEY-----\[redacted:private-key\]\*+$/,
    )
  })

  test('leaves the colours and the line behind it whole', () => {
    expect(masked(`${SLACK_TOKEN}${ESC}[0m\r\nnext`)).toMatch(new RegExp(`\\*\\${ESC}\\[0m\r\nnext$`))
    expect(masked(`${PEM.slice(0, 300)}\n(cut off)`)).toMatch(/\*\n\(cut off\)$/)
  })

  test('is one that somebody told us, first of all', () => {
    expect(knowing(SLACK_TOKEN).text(`a ${SLACK_TOKEN} b`)).toMatch(/^a \[redacted:s0\]\*+ b$/)
    expect(knowing('AKIA').text('a AKIA b')).toBe('a **** b')
  })

  test('comes out the same however it is cut, and nothing waits for an end that does not come', () => {
    const parts = fc.constantFrom(
      SLACK_TOKEN,
      APP_TOKEN,
      AWS_KEY,
      PEM,
      PEM.slice(0, 90),
      'AKIA',
      'xoxb-',
      `${ESC}[0m`,
      `${ESC}]`,
      '\r',
      ' ',
      'word',
    )
    const sizes = fc.array(fc.nat({ max: 60 }), { maxLength: 80 })
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), sizes, (texts, cuts) => {
        const bytes = Buffer.from(texts.join(''))
        const whole = createRedactor().mask(bytes)
        expect(inPieces(createRedactor(), cut(bytes, cuts)).toString()).toBe(whole.toString())
        expect(whole).toHaveLength(bytes.length)
      }),
      { numRuns: 300 },
    )
    const stream = createRedactor().stream()
    let held = 0
    for (const piece of [
      ...Array<string>(300).fill(`${PEM.slice(0, 60)}`),
      SLACK_TOKEN.slice(0, 12),
      ...Array<string>(9000).fill(`${ESC}[m`),
    ])
      held += piece.length - stream.write(Buffer.from(piece)).length
    expect(held).toBeLessThan(17_000)
  })
})
