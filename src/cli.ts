#!/usr/bin/env node
import { CommanderError } from 'commander'
import { createContext } from './cli/context.ts'
import { type Output, USAGE } from './cli/output.ts'
import { createProgram } from './cli/program.ts'

/** The command line. First signal: end in order; the second one ends at once. */
async function main(): Promise<void> {
  const end = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (end.signal.aborted) process.exit(1)
      end.abort()
    })
  }
  const output: Output = {
    say: text => void process.stdout.write(`${text}\n`),
    complain: text => void process.stderr.write(`${text}\n`),
    json: process.argv.includes('--json'),
  }
  const context = createContext(process.env, output, process.stdin.isTTY, end.signal)
  const program = createProgram(context, code => {
    process.exitCode = code
  })
  await program.parseAsync().catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : USAGE
  })
}

main().catch((error: unknown) => {
  process.stderr.write(`ha: a defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 70
})
