import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import {
  compareVersions,
  type Lock,
  parseLock,
  renderLock,
  updateLock,
  verifyLock,
} from '../../src/runbooks/versions.ts'
import { FAILOVER, told } from './samples.ts'

function loaded(text: string) {
  const result = parseRunbook('pacemaker/failover.yaml', text)
  if (!result.ok) throw new Error(told(result))
  return result.value
}

const SHA = 'a'.repeat(64)

describe('runbooks.lock', () => {
  const lock = updateLock([], [loaded(FAILOVER)])

  it('accepts a runbook as it was pinned', () => {
    expect(verifyLock(lock, [loaded(FAILOVER)])).toEqual([])
  })

  it('refuses content that changed under the same version', () => {
    const changed = loaded(FAILOVER.replace('Move a resource', 'Push a resource'))
    expect(told({ ok: false, problems: verifyLock(lock, [changed]) })).toBe(
      [
        'pacemaker/failover.yaml:4:1 pacemaker/failover 1.0.0 was changed, but a version never changes once it is in runbooks.lock.',
        'version: 1.0.0',
        '^^^^^^^',
        'Raise the version. If this version was never used, run ha runbooks lock --again.',
      ].join('\n'),
    )
  })

  it('refuses a version that is not pinned, and says how to pin it', () => {
    const raised = loaded(FAILOVER.replace('version: 1.0.0', 'version: 1.1.0'))
    expect(verifyLock(lock, [raised])).toMatchObject([
      { code: 'not-locked', next: 'Run ha runbooks lock and commit the file.' },
    ])
    expect(verifyLock(updateLock(lock, [raised]), [raised, loaded(FAILOVER)])).toEqual([])
  })

  it('keeps old versions when new ones are pinned, in an order that does not depend on when', () => {
    const versions = ['1.10.0', '1.0.0', '1.2.0'].map(version =>
      loaded(FAILOVER.replace('version: 1.0.0', `version: ${version}`)),
    )
    const grown = versions.reduce<Lock>(
      (made, one) => updateLock(made, [one]),
      [{ path: 'heartbeat/failover', version: '1.0.0', sha256: SHA }],
    )
    expect(grown.map(pin => `${pin.path} ${pin.version}`)).toEqual([
      'heartbeat/failover 1.0.0',
      'pacemaker/failover 1.0.0',
      'pacemaker/failover 1.2.0',
      'pacemaker/failover 1.10.0',
    ])
    expect(renderLock(grown)).toBe(renderLock([...grown].reverse()))
  })

  it('is read as it was written', () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
    const number = fc.nat({ max: 30 })
    const pin = fc.record({
      path: fc.tuple(fc.constantFrom('pacemaker', 'heartbeat-crm'), part).map(made => made.join('/')),
      version: fc.tuple(number, number, number).map(made => made.join('.')),
      sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    })
    const pins = fc.uniqueArray(pin, { selector: ({ path, version }) => `${path} ${version}`, maxLength: 10 })
    fc.assert(
      fc.property(pins, made => {
        const read = parseLock(renderLock(made))
        expect(read).toEqual({ ok: true, value: updateLock(made, []) })
      }),
      { numRuns: 50 },
    )
  })

  it('may have comments and empty lines, and names the lines that are wrong', () => {
    const text = `# pins\n\npacemaker/failover 1.0.0 ${SHA} # first\npacemaker/failover 1.0.0 ${SHA}\nfailover 1.0.0 abc\n`
    const read = parseLock(text)
    expect(read.ok ? [] : read.problems.map(({ place, message }) => [place?.line, message])).toEqual([
      [4, 'pacemaker/failover 1.0.0 is pinned twice.'],
      [5, 'This line is not like: pacemaker/failover 1.0.0 <sha256>.'],
    ])
  })

  it('compares versions by their numbers', () => {
    expect(compareVersions('1.2.10', '1.2.9')).toBeGreaterThan(0)
    expect(compareVersions('1.0.0', '2.0.0')).toBeLessThan(0)
    expect(compareVersions('1.0.0', '1.0.0')).toBe(0)
  })
})
