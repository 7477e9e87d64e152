import { expect, test } from 'vitest'
import { sealEnds } from '../../src/app/seal-ends.ts'

test('runs that ended while no worker was there are sealed at the start, the others as they change, and one that fails stops nothing', async () => {
  const sealed: string[] = []
  const failed: string[] = []
  await sealEnds({
    journal: {
      list: async () => [
        { run: 'b', number: 2 },
        { run: 'a', number: 1 },
      ],
      async *follow() {
        yield 'bad'
        yield 'c'
      },
    },
    seal: async run => {
      if (run === 'bad') throw new Error('disk full')
      sealed.push(run)
    },
    signal: new AbortController().signal,
    onError: (error, run) => failed.push(`${run}: ${String(error)}`),
  })
  expect(sealed).toEqual(['b', 'a', 'c'])
  expect(failed).toEqual(['bad: Error: disk full'])
})
