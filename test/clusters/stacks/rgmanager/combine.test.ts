import { describe, expect, it } from 'vitest'
import { CLUSTAT, INQUORATE, LOST, mustBe, statusOf, together } from './samples.ts'

/** As serv-0001 sees it. */
const FIRST = CLUSTAT.replace('local="0"', 'local="x"')
  .replace('local="1"', 'local="0"')
  .replace('local="x"', 'local="1"')
const one = (said = {}) => statusOf({ clustat: FIRST, ...said }, 'serv-0001')
const two = (said = {}) => statusOf(said, 'serv-0002')

describe('two nodes together', () => {
  it('that say the same are one status, read from both', () => {
    const status = mustBe(together(one(), two()))
    expect(status).toMatchObject({ settled: true, readFrom: ['serv-0001', 'serv-0002'] })
    expect(status.groups['serv']?.node).toBe('serv-0001')
  })

  it('that see each other gone are a split, and no status', () => {
    const alone = FIRST.replace('name="serv-0002" state="1"', 'name="serv-0002" state="0"')
    expect(together(one({ clustat: alone }), two(LOST))).toMatchObject({
      ok: false,
      problems: [{ code: 'membership-disagreement', message: expect.stringContaining('split brain suspected') }],
    })
  })

  it('of which one has no quorum are a disagreement', () => {
    expect(together(one({ clustat: FIRST.replace('quorate="1"', 'quorate="0"') }), two())).toMatchObject({
      problems: [{ code: 'quorum-disagreement' }],
    })
  })

  it('of which one runs no rgmanager take the word of the other about the services', () => {
    const without = FIRST.replace('local="1" estranged="0" rgmanager="1"', 'local="1" estranged="0" rgmanager="0"')
    const elsewhere = CLUSTAT.replace('owner="serv-0001"', 'owner="serv-0002"').replace(
      'name="serv-0001" state="1" local="0" estranged="0" rgmanager="1"',
      'name="serv-0001" state="1" local="0" estranged="0" rgmanager="0"',
    )
    const status = mustBe(together(one({ clustat: without }), two({ clustat: elsewhere })))
    expect(status.groups['serv']).toMatchObject({ node: 'serv-0002', state: 'started' })
    expect(status.nodes['serv-0002']?.groups).toEqual(['serv'])
    expect(status.settled).toBe(true)
  })

  it('of which none can say what a service does leave it untouchable', () => {
    const status = mustBe(together(one({ clustat: INQUORATE }), two({ clustat: INQUORATE })))
    expect(status.groups['serv']?.state).toBe('blocked')
    expect(status.unsettledBecause).toEqual([
      'serv-0001 cannot say what serv does',
      'serv-0002 cannot say what serv does',
    ])
  })

  it('with different files say which node has which', () => {
    const status = mustBe(together(one({ digest: `${'b2'.repeat(32)}  -\n` }), two()))
    expect(status.settled).toBe(false)
    expect(status.unsettledBecause).toEqual(['cluster.conf differs: version 2 on serv-0001, version 2 on serv-0002'])
  })
})
