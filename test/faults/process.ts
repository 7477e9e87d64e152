/**
 * One process of ha-bot for the fault tests: bot or worker, as `ha start` starts them, with a fail point at every call over its borders.
 * It is told over IPC what to do at which point.
 */
import { createLog } from '../../src/adapters/log.ts'
import { startBot } from '../../src/app/bot.ts'
import { startWorker } from '../../src/app/worker.ts'
import { openCore } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { problemText, type Result } from '../../src/problem.ts'
import type { Haste } from '../../src/tap.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { type Armed, createHook } from './hook.ts'

/** What the harness says to a process. */
export type Say =
  | { readonly say: 'arm'; readonly armed: Armed }
  | { readonly say: 'disarm' | 'go' | 'seen' }
  /** `clock`: its wall clock is wrong by this much from now on. */
  | { readonly say: 'block' | 'clock'; readonly ms: number }

/** How the process was started. */
export interface Start {
  readonly part: 'bot' | 'worker'
  readonly haste: Haste
}

/** It could not come up: whoever supervises it starts it again. */
const NOT_NOW = 75

let wrongBy = 0

/** The wall clock of this process, as wrong as it is told to be. Timers and the monotonic clock are right. */
globalThis.Date = new Proxy(Date, {
  construct: (real, given, target) =>
    given.length > 0 ? Reflect.construct(real, given, target) : new real(real.now() + wrongBy),
  get: (real, key) => (key === 'now' ? () => real.now() + wrongBy : Reflect.get(real, key)),
})

async function main(): Promise<void> {
  const { part, haste } = JSON.parse(process.argv[2] ?? '{}') as Start
  const hook = createHook()
  process.on('message', (message: Say) => {
    if (message.say === 'arm') hook.arm(message.armed)
    if (message.say === 'disarm') hook.disarm()
    if (message.say === 'go') hook.go()
    if (message.say === 'seen') process.send?.(hook.seen())
    if (message.say === 'block') block(message.ms)
    if (message.say === 'clock') wrongBy = message.ms
  })
  process.once('disconnect', () => process.exit())

  const redactor = createRedactor()
  const config = mustWork(await loadConfig({ env: process.env }))
  const log = createLog({ level: 'info', redactor })
  const core = mustWork(await openCore({ config, env: process.env, log, redactor, tap: hook.tap, haste }))
  process.once('SIGTERM', () => {
    void core.lifecycle.close().finally(() => process.exit(0))
  })
  const started = part === 'bot' ? await startBot(core) : await startWorker(core)
  mustWork<unknown>(started)
  process.send?.({ up: part })
}

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

function mustWork<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}

main().catch((error: unknown) => {
  process.stderr.write(`could not start: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(NOT_NOW)
})
