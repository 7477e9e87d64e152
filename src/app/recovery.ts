import { hostname } from 'node:os'
import type { Core } from '../app.ts'
import type { Journal } from '../runs/journal.ts'
import type { Leases } from '../runs/leases.ts'
import { Recovery, type RecoveryNews } from '../workers/recovery.ts'

type Tell = (news: RecoveryNews) => void

/** What fills a Redis that forgot; what it does is logged, unless told otherwise. */
export function openRecovery(core: Core, journal: Journal, leases: Leases, told?: Tell): Recovery {
  const { archive, config, log } = core
  const clusters = Object.keys(config.inventory)
  return new Recovery({
    ...{ journal, leases, archive, clusters },
    name: `recovery@${hostname()}`,
    tell: told ?? (news => toLog(log, news)),
  })
}

function toLog(log: Core['log'], news: RecoveryNews): void {
  const { run, number } = news.run
  if (news.kind === 'refused') {
    const { message, next } = news.problem
    log.error({ run, next }, message)
    return
  }
  const { entries, heldBy } = news
  log.error({ run, entries }, `Redis had forgotten ${entries} entries of #${number}; they are back from the archive.`)
  if (heldBy) log.error({ run }, `#${number} held its cluster, which #${heldBy.number} was given meanwhile.`)
}

/** No cluster is given to anybody before it is certain that Redis has not forgotten who holds it. */
export function rememberingLeases(leases: Leases, recovery: Recovery): Leases {
  return {
    ...leases,
    take: async (cluster, holder, since) => {
      await recovery.round()
      return await leases.take(cluster, holder, since)
    },
  }
}
