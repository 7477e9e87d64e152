import { fileURLToPath } from 'node:url'
import { startWorkspace, type Workspace } from '../../lab/slack/workspace.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { clusterOn } from '../ha-bot/cluster.ts'
import { openSetting } from '../ha-bot/setting.ts'
import { startChild } from '../measure/child.ts'
import { type Conditions, filled, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { volley } from './volley.ts'

const BARE_BOLT = fileURLToPath(new URL('./bare-bolt.ts', import.meta.url))
const PER_SECOND = 50
const EVERY_MS = 1000 / PER_SECOND
const OURS = '/ha failover server2, acknowledged by ha-bot'
const BARE = 'the same, by a Bolt that does nothing else'

/** How long a person who typed a command waits until it is acknowledged, that is: journalled, on disk, and shown. */
export async function measureAcknowledgement(conditions: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const [ours, bare] = [await startOurs(conditions, lifecycle), await startBare(lifecycle)]
    await both(ours, bare, PER_SECOND, conditions.signal)
    const samples = await both(ours, bare, PER_SECOND * (conditions.quick ? 3 : 10), conditions.signal)
    return {
      title: `Acknowledgement of a command, ${PER_SECOND} a second`,
      rows: filled([{ name: OURS, against: BARE, bar: { of: 'p99', atMost: 300 } }, { name: BARE }], samples),
      notes: [
        'The bot alone (`ha start --only bot`): no worker runs, so the requests pile up and only their acceptance is measured.',
        'In the number: workspace, websocket, Bolt, desk, signature, Redis with its file fsynced on every write, the fsynced copy in the archive, the queue, and the way back until the workspace has shown the answer.',
        `Both are sent ${PER_SECOND} a second at the same time, ours and theirs in turn, after one second that is not counted; nobody waits for an answer before typing the next one.`,
      ],
    }
  })
}

async function both(
  ours: Workspace,
  bare: Workspace,
  commands: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const startAtMs = performance.now()
  const pace = { commands, everyMs: EVERY_MS, signal }
  const [mine, theirs] = await Promise.all([
    volley(ours, { ...pace, startAtMs, expected: 'Reading the cluster' }),
    volley(bare, { ...pace, startAtMs: startAtMs + EVERY_MS / 2, expected: 'acknowledged' }),
  ])
  return new Map([
    [OURS, mine],
    [BARE, theirs],
  ])
}

async function startOurs({ folder }: Conditions, lifecycle: Lifecycle): Promise<Workspace> {
  const workspace = await openWorkspace(lifecycle)
  // Nobody connects to them: the worker is not there.
  const nodes = [1, 2, 3, 4, 5].map(port => ({ name: `node${port}`, address: '127.0.0.1', port }))
  const world = clusterOn({ nodes, login: { user: 'nobody', identityFile: 'none' }, knownHostsFile: 'none' })
  const setting = await openSetting({ folder, slackApiUrl: workspace.apiUrl, world }, lifecycle)
  await setting.start('bot', tokensOf(workspace))
  return workspace
}

async function startBare(lifecycle: Lifecycle): Promise<Workspace> {
  const workspace = await openWorkspace(lifecycle)
  const child = await startChild({
    name: 'the bare Bolt',
    run: [BARE_BOLT],
    env: { ...process.env, ...tokensOf(workspace), SLACK_API_URL: workspace.apiUrl },
    upWhen: 'bare Bolt is up',
  })
  lifecycle.add('the bare Bolt', () => child.close())
  return workspace
}

async function openWorkspace(lifecycle: Lifecycle): Promise<Workspace> {
  const workspace = await startWorkspace({ rateLimits: false })
  lifecycle.add('a workspace', () => workspace.close())
  return workspace
}

function tokensOf({ botToken, appToken }: Workspace): Record<string, string> {
  return { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken }
}
