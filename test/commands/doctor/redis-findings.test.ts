import { describe, expect, test } from 'vitest'
import { doctorExitCode, type Finding, findingOf, ok, renderFindings } from '../../../src/commands/doctor/finding.ts'
import { type Durability, type RedisFacts, redisFindings } from '../../../src/commands/doctor/redis-findings.ts'

const GOOD: RedisFacts = {
  version: '7.0.15',
  role: 'master',
  config: {
    'maxmemory-policy': 'noeviction',
    appendonly: 'yes',
    appendfsync: 'always',
    'aof-load-truncated': 'no',
  },
  aofLastWrite: 'ok',
  skewMs: 3,
}

function worst(over: Partial<RedisFacts>, durability: Durability = 'strict'): readonly string[] {
  const findings = redisFindings({ ...GOOD, ...over }, durability).filter(finding => finding.level !== 'ok')
  for (const finding of findings) expect(finding.next).not.toBe('')
  return findings.map(finding => `${finding.level}: ${finding.what}`)
}
function config(over: Record<string, string | undefined>) {
  return { config: { ...GOOD.config, ...over } }
}

describe('a Redis', () => {
  test('with everything as it should be has nothing to mend', () => {
    expect(worst({})).toEqual([])
    expect(worst({ version: '6.2.0', skewMs: -2000 })).toEqual([])
  })

  test('that can forget is broken where durability is strict, weak where it only warns', () => {
    for (const over of [
      config({ 'maxmemory-policy': 'allkeys-lru' }),
      config({ appendonly: 'no' }),
      config({ appendfsync: 'no' }),
    ]) {
      expect(worst(over)).toEqual([expect.stringMatching(/^broken: /)])
      expect(worst(over, 'warn')).toEqual([expect.stringMatching(/^weak: /)])
    }
  })

  test('that may lose the last second, or a cut-off end, is weak', () => {
    expect(worst(config({ appendfsync: 'everysec' }))).toEqual([
      expect.stringMatching(/^weak: A power failure may lose/),
    ])
    expect(worst(config({ 'aof-load-truncated': 'yes' }))).toEqual([expect.stringMatching(/^weak: After a crash/)])
  })

  test('that is too old, a replica, or cannot write is broken whatever the durability', () => {
    for (const over of [{ version: '6.0.16' }, { version: '5.0.7' }, { role: 'slave' }, { aofLastWrite: 'err' }]) {
      expect(worst(over, 'warn')).toEqual([expect.stringMatching(/^broken: /)])
    }
  })

  test('that keeps its settings to itself is not taken to be safe', () => {
    const levels = worst({ config: {} }).map(text => text.split(':')[0])
    expect(levels).toEqual(['broken', 'broken', 'weak', 'weak'])
    expect(worst({ version: '' })).toEqual(['weak: Redis does not tell its version.'])
  })

  test('whose clock is off is weak from 2 s and broken from 30 s', () => {
    expect(worst({ skewMs: 2001 })).toEqual(['weak: Its clock is 2.0 s ahead of ours; approvals expire by its clock.'])
    expect(worst({ skewMs: -30_001 })).toEqual([
      'broken: Its clock is 30.0 s behind ours; approvals expire by its clock.',
    ])
  })
})

describe('findings as text', () => {
  const weak: Finding = {
    level: 'weak',
    what: 'A power failure may lose the last second.',
    next: 'Set appendfsync always.',
  }
  const place = { file: 'ha.yaml', line: 3, column: 5 }
  const broken = findingOf({ code: 'x', message: 'There is no key archiv.', place, suggestion: 'archive' }, 'broken')

  test('stand worst first under their heading, what to do below each, and the sum at the end', () => {
    const groups = [
      { heading: 'Redis', findings: [ok('Redis 7.0.15.'), weak] },
      { heading: 'Configuration', findings: [broken] },
    ]
    expect(renderFindings(groups)).toBe(`Redis
  weak    A power failure may lose the last second.
          → Set appendfsync always.
  ok      Redis 7.0.15.

Configuration
  BROKEN  ha.yaml:3:5 There is no key archiv. Did you mean archive?

1 broken, 1 weak, 1 in order.
`)
    expect(doctorExitCode(groups)).toBe(1)
  })

  test('that are all in order end with that', () => {
    const groups = [{ heading: 'Redis', findings: [ok('Redis 7.0.15.')] }]
    expect(renderFindings(groups)).toContain('Everything is in order (1 looked at).')
    expect(doctorExitCode(groups)).toBe(0)
    expect(doctorExitCode([{ heading: 'Redis', findings: [weak] }])).toBe(0)
  })
})
