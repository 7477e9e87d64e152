import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { onTestFinished } from 'vitest'
import type { Control } from '../../../lab/slack/control.ts'
import type { SeenMessage } from '../../../lab/slack/seen.ts'
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../lab/slack/workspace.ts'

/** A workspace under test, and what has been opened on it; closed in reverse order when the test has finished. */
export interface Bench {
  readonly workspace: Workspace
  readonly control: Control
  readonly closers: (() => Promise<unknown>)[]
}

export async function openWorkspace(options?: WorkspaceOptions): Promise<Bench> {
  const workspace = await startWorkspace(options)
  const closers: Bench['closers'] = [() => workspace.close()]
  onTestFinished(async () => {
    for (const close of closers.reverse()) await close()
  })
  return { workspace, control: workspace.control, closers }
}

/** What Bolt would complain about is what these tests provoke. */
export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}

/** A real Bolt app in Socket Mode, connected to the workspace; `listen` sets its listeners before it starts. */
export async function connectApp({ workspace, closers }: Bench, listen: (app: App) => void): Promise<App> {
  const clientOptions = {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  }
  const receiver = new SocketModeReceiver({
    appToken: workspace.appToken,
    logger: SILENT,
    // Also how long a reconnect waits. Shorter, and a busy computer loses its sockets in the middle of a test.
    clientPingTimeout: 2_000,
    installerOptions: { clientOptions },
  })
  const app = new App({ token: workspace.botToken, receiver, clientOptions, logger: SILENT })
  listen(app)
  await app.start()
  closers.push(() => app.stop())
  return app
}

/** A promise and the function that keeps it, for what a listener of the app hands out. */
export function handover<T>(): { readonly given: Promise<T>; give(value: T): void } {
  let give: (value: T) => void = () => {}
  const given = new Promise<T>(resolve => {
    give = resolve
  })
  return { given, give: value => give(value) }
}

/** The message that says `words`, on the screen of `user`; waits for it. */
export async function message(control: Control, words: string, user?: string): Promise<SeenMessage> {
  const look = () => control.messages({ user }).find(each => each.said.includes(words))
  return await control.until(look, { what: `a message that says "${words}"` })
}
