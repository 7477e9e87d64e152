import { generateKeyPairSync, sign as signWith } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSignedBy } from '../../src/adapters/signatures/bot-signature.ts'
import { type IsSigned, type JobSigner, jobId, judgeJob, type Leg, signedJob } from '../../src/workers/job.ts'
import { ASKED_AT as NOW, RUN } from '../support/run-fixtures.ts'

const HOUR_MS = 3_600_000
const keys = {
  bot: generateKeyPairSync('ed25519'),
  older: generateKeyPairSync('ed25519'),
  worker: generateKeyPairSync('ed25519'),
}
const trusted = { bot: [keys.bot.publicKey, keys.older.publicKey], worker: [keys.worker.publicKey] }
const isSigned: IsSigned = (by, text, signature) => isSignedBy(trusted[by], text, signature)

function signer(by: JobSigner['by'], key: keyof typeof keys): JobSigner {
  return { by, sign: text => signWith(null, Buffer.from(text), keys[key].privateKey).toString('base64') }
}

const leg: Leg = { run: RUN, leg: 2, try: 1 }
const ID = jobId(leg)

describe('a job', () => {
  test('of the bot or a worker is believed, also under the key that is being replaced', () => {
    for (const [by, key] of [
      ['bot', 'bot'],
      ['bot', 'older'],
      ['worker', 'worker'],
    ] as const)
      expect(judgeJob(ID, signedJob(leg, NOW, signer(by, key)), NOW, isSigned)).toEqual(leg)
  })

  test('under the key of somebody else, or of nobody, is forged', () => {
    const stranger = generateKeyPairSync('ed25519').privateKey
    const strange = {
      by: 'bot',
      sign: (text: string) => signWith(null, Buffer.from(text), stranger).toString('base64'),
    } as const
    expect(judgeJob(ID, signedJob(leg, NOW, signer('bot', 'worker')), NOW, isSigned)).toBe('forged')
    expect(judgeJob(ID, signedJob(leg, NOW, strange), NOW, isSigned)).toBe('forged')
    expect(judgeJob(ID, { ...signedJob(leg, NOW, strange), sig: '' }, NOW, isSigned)).toBe('forged')
  })

  test('that is altered in any field is forged', () => {
    const job = signedJob(leg, NOW, signer('bot', 'bot'))
    const others = [{ run: RUN.replace('42', '43') }, { leg: 3 }, { try: 2 }, { at: NOW + 1 }, { by: 'worker' }]
    for (const other of others) {
      const altered = { ...job, ...other }
      expect(judgeJob(jobId(altered), altered, NOW, isSigned)).toBe('forged')
    }
  })

  test('that was copied under another name is misplaced', () => {
    const job = signedJob(leg, NOW, signer('bot', 'bot'))
    expect(judgeJob(jobId({ ...leg, try: 2 }), job, NOW, isSigned)).toBe('misplaced')
    expect(judgeJob('another', job, NOW, isSigned)).toBe('misplaced')
  })

  test('is listened to for a day, by the time of Redis', () => {
    const job = signedJob(leg, NOW, signer('bot', 'bot'))
    expect(judgeJob(ID, job, NOW + 23 * HOUR_MS, isSigned)).toEqual(leg)
    expect(judgeJob(ID, job, NOW + 25 * HOUR_MS, isSigned)).toBe('expired')
    expect(judgeJob(ID, job, NOW - 25 * HOUR_MS, isSigned)).toBe('expired')
  })

  test('of the version before, without a signature, or with a word more, is unsigned', () => {
    expect(judgeJob(ID, leg, NOW, isSigned)).toBe('unsigned')
    expect(judgeJob(ID, { ...signedJob(leg, NOW, signer('bot', 'bot')), force: true }, NOW, isSigned)).toBe('unsigned')
  })

  test('made of anything at all is never believed and never breaks the judge', () => {
    fc.assert(
      fc.property(fc.string(), fc.anything(), (id, data) => {
        expect(typeof judgeJob(id, data, NOW, isSigned)).toBe('string')
      }),
    )
  })
})
