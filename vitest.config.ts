import { defineConfig } from 'vitest/config'

/** Runbooks on the models mostly wait for clusters that take their time: more of them run beside each other than there are processors. */
const MODELS = ['test/runbooks-on-models/**/*.test.ts', 'test/lab/simulated/**/*.test.ts']
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
          name: 'all else',
          include: ['test/**/*.test.ts'],
          exclude: [...MODELS, ...REAL],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'the models', include: MODELS, maxWorkers: 5, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'the real lab', include: REAL, maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
    ],
  },
})
