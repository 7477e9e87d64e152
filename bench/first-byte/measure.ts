import { join } from 'node:path'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { worldOn } from '../ha-bot/cluster.ts'
import { openDesk } from '../ha-bot/desk.ts'
import { recordNodeTools } from '../ha-bot/node-tools.ts'
import { openSetting } from '../ha-bot/setting.ts'
import { type Contender, roundRobin } from '../measure/rounds.ts'
import { type Bar, type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { type BareConnection, connectBare } from '../ssh/bare.ts'
import type { Login } from '../ssh/login.ts'
import { startNodes } from '../ssh/nodes.ts'
import { BARE_COMMAND, BARE_STEP, bareCommand, bareRead } from './bare-read.ts'
import { ACCEPTED, FIRST_COMMAND, FIRST_STEP, readOnlyRun, SPANS } from './read-only-run.ts'

const NODES = 5
const WITHIN_50: Bar = { of: 'median', atMost: 50 }

const ROWS: readonly Omit<Row, 'samples'>[] = [
  { name: ACCEPTED },
  { name: FIRST_COMMAND, against: BARE_COMMAND, bar: WITHIN_50 },
  { name: FIRST_STEP, against: BARE_STEP, bar: WITHIN_50 },
  ...Object.values(SPANS).map(name => ({ name })),
  { name: BARE_COMMAND },
  { name: BARE_STEP },
]

/** From words at the desk to a command that runs on a node, through everything that lies between, warm. */
export async function measureFirstByte({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const tools = await recordNodeTools(join(folder, 'tools'))
    const nodes = await startNodes(NODES, { environment: { PATH: `${tools.bin}:/usr/bin:/bin` } }, lifecycle)
    const setting = await openSetting({ folder, world: worldOn(nodes) }, lifecycle)
    await setting.start('worker')
    const desk = await openDesk(setting.configFile, lifecycle)
    const ours: Contender = () => readOnlyRun(desk, tools, signal)
    const bare = await bareConnections(nodes.logins.slice(0, 2), lifecycle)
    const contenders = [ours, ...bare.slice(0, 1).map(each => bareCommand(each, tools)), bareRead(bare, tools)]
    const samples = await roundRobin(contenders, { rounds: quick ? 10 : 60, warmUps: 3 }, signal)
    return { title: 'From a command to the first byte on a node, warm', rows: filled(ROWS, samples), notes: NOTES }
  })
}

async function bareConnections(logins: readonly Login[], lifecycle: Lifecycle): Promise<BareConnection[]> {
  const connections: BareConnection[] = []
  for (const login of logins) {
    const connection = await connectBare(login, 'at once')
    lifecycle.add('a bare connection', () => connection.close())
    connections.push(connection)
  }
  return connections
}

const NOTES = [
  '`/ha status`, from the words at the desk (where Slack’s websocket ends) to a command on a node, by the node’s own clock. Desk and worker are two processes, as in service; the worker’s connections are there.',
  'Until the first command on a node: signature, number, the entry in Redis (fsynced) and in the archive (fsynced), the queue, the worker’s loading and checking of the run, its own entry, an exec over SSH. Only its peer’s exec is in the peer’s number.',
  'Until the first step besides: four questions to each of two nodes, parsed and held against each other, the plan with its digest, and three more entries, each fsynced twice.',
  'The nodes are one real sshd on the same cores, where eight commands at once take their time, whoever sends them; the cluster’s commands on them answer at once from a file, and two of them note the time before (one more process). Times in the journal are whole milliseconds.',
]
