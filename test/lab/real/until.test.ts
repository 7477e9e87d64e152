import { describe, expect, it } from 'vitest'
import { until } from '../../../lab/real/until.ts'

describe('until', () => {
  it('asks again until nothing is missing', async () => {
    const answers = ['one', 'two', undefined, 'never asked']

    await until({ what: 'three answers', limitMs: 10_000, everyMs: 1 }, async () => answers.shift())

    expect(answers).toEqual(['never asked'])
  })

  it('gives up at its limit with what it saw last', async () => {
    const wait = until({ what: 'quorum', limitMs: 20, everyMs: 1 }, async () => 'node3 is absent')

    await expect(wait).rejects.toThrow('Waited 0.02 s for quorum. Last seen: node3 is absent')
  })

  it('stops at once when it is aborted', async () => {
    const control = new AbortController()
    const wait = until(
      { what: 'nothing', limitMs: 60_000, everyMs: 60_000, signal: control.signal },
      async () => 'busy',
    )

    control.abort()

    await expect(wait).rejects.toThrow(/aborted/)
  })
})
