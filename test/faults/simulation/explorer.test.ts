import { describe, expect, test } from 'vitest'
import { explore } from './explorer.ts'

describe('in every interleaving of claims, fences and tombstones', () => {
  for (const [nodes, claimers, deaths] of [
    [1, 3, 3],
    [2, 2, 2],
    [2, 3, 2],
  ] as const) {
    test(`of ${claimers} claims to each of ${nodes} nodes, with ${deaths} deaths, nothing starts twice, unseen, or after it was given up`, { timeout: 300_000 }, () => {
      const { states, moves, bad } = explore({ nodes, claimers, deaths })
      expect(bad).toBeUndefined()
      expect({ states, moves }).toMatchSnapshot()
    })
  }

  test.each([
    ['the fence is looked at before the claim is made', { looksBeforeClaiming: true }],
    ['the new owner looks before it has raised the fence', { listsBeforeFencing: true }],
    ['the claim is looked for and made in two steps', { claimsInTwoSteps: true }],
    ['what is given up leaves no tombstone', { leavesNoTombstone: true }],
  ])('a bad state is found when %s', (_, flaws) => {
    expect(explore({ nodes: 1, claimers: 2, deaths: 0, flaws }).bad).toBeDefined()
  })
})
