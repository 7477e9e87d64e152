import { startWorkspace, type Workspace } from '../../../lab/slack/workspace.ts'
import { systemClock } from '../../../src/adapters/clock.ts'
import type { OutboxStore } from '../../../src/adapters/slack/posts/store.ts'
import { type SlackParts, type SlackSurface, startSlack } from '../../../src/adapters/slack/start.ts'
import { problemText } from '../../../src/problem.ts'
import { viewOf } from '../../../src/transcripts/view-of.ts'
import { createFakeDesk, type FakeDesk, type FakeDeskOptions } from '../../support/fake-desk.ts'

export const CHANNEL = 'C0HA'

/** What outlives a restart of the bot. */
export function memoryStore(): OutboxStore & { readonly rows: Map<string, string> } {
  const rows = new Map<string, string>()
  return {
    rows,
    get: async key => rows.get(key),
    async set(key, value) {
      rows.set(key, value)
    },
  }
}

export interface SlackWorld extends AsyncDisposable {
  readonly workspace: Workspace
  readonly desk: FakeDesk
  readonly store: ReturnType<typeof memoryStore>
  readonly logged: string[]
  readonly surface: () => SlackSurface
  /** The bot goes away and comes back, with the same store and journal. */
  restart(): Promise<void>
  stopBot(): Promise<void>
}

export interface WorldOptions extends FakeDeskOptions {
  readonly transcript?: SlackParts['transcript']
  readonly editEveryMs?: number
}

const PEOPLE = { ana: 'U0ANA', bo: 'U0BO', cy: 'U0CY', dee: 'U0DEE', gus: 'U0GUS' }

/** The real Bolt in a workspace on localhost, and a desk that journals in memory. */
export async function slackWorld(options: WorldOptions = {}): Promise<SlackWorld> {
  const workspace = await startWorkspace()
  const desk = createFakeDesk(options)
  const store = memoryStore()
  const logged: string[] = []
  const parts = slackParts(workspace, desk, store, logged, options)
  let surface = await started(parts)
  return {
    workspace,
    desk,
    store,
    logged,
    surface: () => surface,
    stopBot: () => surface.close(),
    async restart() {
      await surface.close()
      surface = await started(parts)
    },
    async [Symbol.asyncDispose]() {
      await surface.close()
      await workspace.close()
    },
  }
}

async function started(parts: SlackParts): Promise<SlackSurface> {
  const result = await startSlack(parts)
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'))
  return result.value
}

export function slackParts(
  workspace: Workspace,
  desk: FakeDesk,
  store: OutboxStore,
  logged: string[],
  options: WorldOptions = {},
): SlackParts {
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  const people = Object.entries(PEOPLE).map(([name, slack]) => [name, { name, slack, ssh: [] }])
  return {
    desk,
    feed: desk.feed,
    view: viewOf,
    transcript:
      options.transcript ?? (async run => ({ filename: 'server2-42.txt', content: `transcript of ${run}\n` })),
    store,
    attest: async (text, at) => ({ by: 'bot', signature: `signed ${text}`, at }),
    clock: systemClock,
    log: { info: note, warn: note, error: note },
    config: {
      botToken: workspace.botToken,
      appToken: workspace.appToken,
      slackApiUrl: workspace.apiUrl,
      directory: {
        people: Object.fromEntries(people),
        teams: { oncall: { name: 'oncall', members: ['ana', 'bo', 'cy', 'gus'], slackGroup: 'S0ONCALL' } },
      },
      channels: { [CHANNEL]: 'pvfs' },
      startWithinMs: 5_000,
      socketsApartMs: 0,
      editEveryMs: options.editEveryMs ?? 50,
    },
  }
}
