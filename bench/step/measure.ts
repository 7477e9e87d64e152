import { roundRobin } from '../measure/rounds.ts'
import { type Conditions, filled, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { startNodes } from '../ssh/nodes.ts'
import { LOADS } from './loads.ts'
import { ours } from './ours.ts'
import { peers } from './peers.ts'
import { rowsOf } from './rows.ts'

/** One script on one node: our way, ssh2 without us, and the ssh of this computer. */
export async function measureStep({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const nodes = await startNodes(1, {}, lifecycle)
    const contenders = ours(nodes, folder, lifecycle)
    for (const login of nodes.logins) contenders.push(...(await peers(login, folder, lifecycle)))
    const samples = await roundRobin(contenders, { rounds: quick ? 4 : 30, warmUps: 1 }, signal)
    return { title: 'A read-only step on one node', rows: filled(LOADS.flatMap(rowsOf), samples), notes: NOTES }
  })
}

const NOTES = [
  'Warm: the connection is there. Cold: with connect, key exchange and login. `true` does nothing, `1 MB` prints a million bytes; exit code and length are checked each time.',
  '"Our command line" is the very text that ha-bot sends, a second `sh` with a fixed locale and PATH around the script: what is left between that row and ha-bot’s is ha-bot itself.',
  'Not in the number: the journal entries before and after a step (see the first byte).',
]
