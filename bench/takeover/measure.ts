import { join } from 'node:path'
import { worldOn } from '../ha-bot/cluster.ts'
import { openDesk } from '../ha-bot/desk.ts'
import { recordNodeTools } from '../ha-bot/node-tools.ts'
import { openSetting } from '../ha-bot/setting.ts'
import type { Child } from '../measure/child.ts'
import { roundRobin } from '../measure/rounds.ts'
import { type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { startNodes } from '../ssh/nodes.ts'
import { killedInAChange, NAMES } from './killed.ts'
import { writeMarks } from './runbook.ts'

const NODES = 5
const WORKERS = 2

const ROWS: readonly Omit<Row, 'samples'>[] = [
  { name: NAMES.all, bar: { of: 'p99', atMost: 20_000 } },
  { name: NAMES.noticed },
  { name: NAMES.settled },
]

/** How long a run stands still when the worker that carries it out is killed in the middle of a change. */
export async function measureTakeover({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const tools = await recordNodeTools(join(folder, 'tools'))
    const nodes = await startNodes(NODES, { environment: { PATH: `${tools.bin}:/usr/bin:/bin` } }, lifecycle)
    const marks = await writeMarks(folder)
    const setting = await openSetting({ folder, world: worldOn(nodes), runbooks: marks.runbooks }, lifecycle)
    const children = new Set<Child>()
    while (children.size < WORKERS) children.add(await setting.start('worker'))
    const desk = await openDesk(setting.configFile, lifecycle)
    const workers = { desk, setting, marks, children, signal }
    const samples = await roundRobin([() => killedInAChange(workers)], { rounds: quick ? 1 : 5, warmUps: 0 }, signal)
    return { title: 'A worker is killed in the middle of a change', rows: filled(ROWS, samples), notes: NOTES }
  })
}

const NOTES = [
  'Two workers as in service, with the limits of service: a real Redis, a real sshd, a change of two seconds that leaves a mark. The worker that carries it out gets SIGKILL while it runs; the change goes on on its node. That it left exactly one mark and that the run succeeded is checked each time.',
  'Nearly all of it is the time until the dead worker counts as dead: its lock in the queue lasts 15 s from its last renewal (every 3 s), and is looked at every 5 s; what is to be done is little. There is no peer to compare with.',
]
