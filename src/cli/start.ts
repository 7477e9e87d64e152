import { startBot } from '../app/bot.ts'
import { startWorker } from '../app/worker.ts'
import type { Core } from '../app.ts'
import type { Problem } from '../problem.ts'
import { type CliContext, withCore } from './context.ts'
import { refuse } from './output.ts'

export type Part = 'bot' | 'worker'

/** `ha start`: bot and worker, or one of them, until a signal ends it. */
export async function startCommand(context: CliContext, only: Part | undefined): Promise<number> {
  return await withCore(context, async core => {
    const problems = await startParts(core, only)
    if (problems.length > 0) return refuse(context.out, problems)
    context.out.say(`ha-bot is up: ${only ?? 'bot and worker'} for ${Object.keys(core.config.inventory).join(', ')}.`)
    await ended(context.signal)
    context.out.say(
      'Ending: nothing new begins; a change under way goes on on its node, and the next worker follows it.',
    )
    return 0
  })
}

async function startParts(core: Core, only: Part | undefined): Promise<readonly Problem[]> {
  // The bot first: a worker must not begin a leg in a process that then ends for want of a token.
  const bot = only === 'worker' ? undefined : await startBot(core)
  if (bot && !bot.ok) return bot.problems
  const worker = only === 'bot' ? undefined : await startWorker(core)
  return worker && !worker.ok ? worker.problems : []
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
