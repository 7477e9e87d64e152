import { parseArgs } from 'node:util'
import { PURPOSES } from './needs.js'

export const USAGE = `Usage: node deploy/setup.js --for ${PURPOSES.join('|')} [--ci] [--real] [--dry-run]
       node deploy/setup.js --print
Gets this computer ready. --ci: everything, so that no test is skipped. --real: the packages for real clusters.`

const OPTIONS = {
  for: { type: 'string' },
  ci: { type: 'boolean', default: false },
  real: { type: 'boolean', default: false },
  print: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
}

/** What was asked for, or `{ mistake }`. CI set in the environment means --ci. */
export function readArguments(args, env) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS })
    const purpose = values.print ? 'test' : values.for
    if (!PURPOSES.includes(purpose)) return { mistake: `--for needs one of: ${PURPOSES.join(', ')}.` }
    return {
      purpose,
      real: values.real,
      print: values.print,
      dryRun: values['dry-run'],
      everything: values.ci || !['', '0', 'false', undefined].includes(env.CI),
    }
  } catch (error) {
    return { mistake: error.message }
  }
}
