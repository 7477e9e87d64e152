import { defineConfig } from 'vitest/config'

/**
 * Clusters take their time, the models as well as the real daemons: these tests mostly wait, and more of them run beside each other than
 * there are processors. What computes is not beside them: fencing on real daemons goes by real time limits.
 */
const CLUSTERS = [
  'test/runbooks-on-models/**/*.test.ts',
  'test/lab/{real,simulated}/**/*.test.ts',
  'test/acceptance/real*.test.ts',
]

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
          exclude: CLUSTERS,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'clusters', include: CLUSTERS, maxWorkers: 4, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
