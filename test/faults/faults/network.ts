import { setTimeout as delay } from 'node:timers/promises'
import type { Link } from '../lane/link.ts'
import type { Point } from '../points.ts'
import { type Fault, isAtNode, isOfBot, type Scene } from './fault.ts'

const SILENT_MS = 3_000
const SLOW_MS = 2_500
const LATE_MS = 1_200

interface Trouble {
  readonly name: string
  readonly what: string
  readonly begin: (link: Link) => void
  readonly lastsMs: number
}

const TROUBLES: readonly Trouble[] = [
  { name: 'reset', what: 'is reset', begin: link => link.reset(), lastsMs: 0 },
  {
    name: 'blackhole',
    what: 'carries nothing for a while and tells nobody',
    begin: link => link.blackhole(),
    lastsMs: SILENT_MS,
  },
  { name: 'half', what: 'is closed in one direction', begin: link => link.halfClose(), lastsMs: 0 },
  { name: 'slow', what: 'carries a thousand bytes a second', begin: link => link.slow(), lastsMs: SLOW_MS },
  {
    name: 'late',
    what: 'is cut, and what was on its way arrives later',
    begin: link => link.deliverLate(LATE_MS),
    lastsMs: LATE_MS,
  },
]

interface Way {
  readonly name: string
  readonly what: string
  readonly fits: (point: Point) => boolean
  readonly links: (scene: Scene) => readonly Link[]
}

const WAYS: readonly Way[] = [
  { name: 'redis', what: 'the link to Redis', fits: () => true, links: ({ toRedis }) => [toRedis] },
  {
    name: 'node',
    what: 'the link to the nodes',
    fits: point => isAtNode(point),
    links: ({ cluster }) => cluster.links,
  },
  { name: 'slack', what: 'the link to Slack', fits: point => isOfBot(point), links: ({ lane }) => [lane.links.slack] },
]

/** What happens to the links between the parts. */
export const NETWORK_FAULTS: readonly Fault[] = WAYS.flatMap(way =>
  TROUBLES.map(trouble => ({
    name: `${way.name}-${trouble.name}`,
    what: `${way.what} ${trouble.what}`,
    deed: 'hold' as const,
    fits: way.fits,
    async strike(scene: Scene) {
      for (const link of way.links(scene)) trouble.begin(link)
    },
    async heal(scene: Scene) {
      await delay(trouble.lastsMs)
      for (const link of way.links(scene)) link.heal()
    },
  })),
)
