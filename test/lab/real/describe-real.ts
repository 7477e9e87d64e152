import { beforeAll, describe, expect, type SuiteFactory, type TestOptions } from 'vitest'
import { realWorldMissing } from '../../../lab/real/missing.ts'

/** `describe` for what needs the real lab: skipped, and saying why, where it cannot run; failing there under CI. */
const missing = await realWorldMissing()

export function describeReal(name: string, options: TestOptions, tests: SuiteFactory): void {
  const skipped = missing.length > 0 && !process.env['CI']
  if (skipped) console.warn(`Skipped here, "${name}": ${missing.join(' ')}`)
  describe.skipIf(skipped)(name, options, (...context) => {
    beforeAll(() => {
      expect(missing, 'continuous integration must be able to run the real lab').toEqual([])
    })
    return tests(...context)
  })
}
