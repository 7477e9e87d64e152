import { describe, expect, test } from 'vitest'
import { explore } from './explorer.ts'

describe('in every interleaving of claims, fences and tombstones', () => {
  for (const [nodes, claimers, deaths, count] of [
    [1, 4, 4, 719],
    [2, 2, 2, 30_182],
    [2, 3, 1, 32_189],
  ] as const) {
    test(`of ${claimers} claims to each of ${nodes} nodes, with ${deaths} deaths, nothing starts twice, unseen, or after it was given up`, {
      timeout: 300_000,
    }, () => {
      expect(explore({ nodes, claimers, deaths })).toMatchObject({ states: count, bad: undefined })
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
