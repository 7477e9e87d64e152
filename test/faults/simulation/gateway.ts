import type { Answer, Desk } from '../../../src/commands/desk.ts'
import { createDesk } from '../../../src/commands/dispatch.ts'
import { directory } from '../../support/bench-parts.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'
import { createLegQueue } from './redis/queue.ts'
import { inventory, library, policies } from './setting.ts'
import { storesFor } from './worker.ts'
import type { World } from './world.ts'

/** The process that people speak to, joined as src/app/bot.ts joins it. */
export function createGateway(world: World, life: Life, random: Random): Desk {
  const { journal, leases } = storesFor(world, life, 'desk', random)
  const queue = createLegQueue(world.redis, life, 'desk')
  return createDesk({
    ...{ journal, leases, library, inventory, directory, policies },
    // As in production: a nudge that fails is made up for by reconcile.
    nudge: async (run, leg) => await queue.add({ run, leg, try: 1 }).catch(() => undefined),
    by: life.name,
    now: life.clock.now,
  })
}

/** What a person takes from an answer. */
export function understood(answer: Answer): 'taken' | 'refused' | 'open' {
  if (answer.kind !== 'refused') return 'taken'
  return answer.problems.some(problem => problem.code === 'journal-unsure') ? 'open' : 'refused'
}
