import { expect, test } from 'vitest'
import { memoryFindings } from '../../../src/commands/doctor/memory-findings.ts'

const FINE = { lacking: [], differing: [], untrusted: 0, expired: 0 }

test('a Redis that has all the archive has is in order', () => {
  expect(memoryFindings(FINE).map(({ level }) => level)).toEqual(['ok'])
})

test('what Redis forgot is named, and apart from it what cannot be put back', () => {
  const findings = memoryFindings({ ...FINE, lacking: [41, 42, 43], differing: [42] })
  expect(findings.map(({ level, what }) => `${level}: ${what}`)).toEqual([
    'broken: #42 stands otherwise in the archive than in Redis, or its archive was changed: it goes no further.',
    'broken: Redis has forgotten #41, #43, or the latest of it; the archive has it.',
  ])
})

test('jobs of strangers are counted, and so are those that waited too long', () => {
  const findings = memoryFindings({ ...FINE, untrusted: 2, expired: 1 })
  expect(findings.filter(({ level }) => level === 'weak').map(({ what }) => what)).toEqual([
    '2 jobs without a signature that is trusted here were set aside.',
    '1 job that had waited for more than a day was set aside; what is still wanted was asked for anew.',
  ])
})
