import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, shells and browsers on two cores: limits are there to end what hangs, not to measure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 3,
    reporters: process.env['CI'] ? ['default', 'hanging-process'] : ['default'],
  },
})
