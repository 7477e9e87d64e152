import { defineConfig } from 'vitest/config'

/** Tests on real daemons: they have the computer to themselves, for a fence agent whose answer comes late fences once more. */
const REAL = ['test/lab/real/**/*.test.ts', 'test/acceptance/real*.test.ts']

export default defineConfig({
  test: {
    // Real servers, shells and browsers on two cores: limits are there to end what hangs, not to measure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    reporters: process.env['CI'] ? ['default', 'hanging-process'] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'all but the real lab',
          include: ['test/**/*.test.ts'],
          exclude: REAL,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'the real lab', include: REAL, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
