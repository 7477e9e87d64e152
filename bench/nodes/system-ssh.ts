import { join } from 'node:path'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Contender, timed } from '../measure/rounds.ts'
import type { Login } from '../ssh/login.ts'
import { type ControlMaster, runSsh, sshArguments, startControlMaster } from '../ssh/system.ts'
import { inTurn } from './in-turn.ts'
import { FANOUT, mustAnswer, SCRIPT } from './load.ts'

export const SSH = {
  warm: `ssh through ControlMaster, ${FANOUT} at a time`,
  cold: `ssh cold, ${FANOUT} at a time`,
} as const

/** The ssh of this computer, one process for each node and command. */
export async function systemSsh(logins: readonly Login[], folder: string, lifecycle: Lifecycle): Promise<Contender[]> {
  const masters: ControlMaster[] = []
  lifecycle.add('ControlMasters', () => inTurn(FANOUT, masters, master => master.close()))
  await inTurn(FANOUT, [...logins.entries()], async ([index, login]) => {
    masters.push(await startControlMaster(login, join(folder, `m${index}`)))
  })
  const through = async (master: ControlMaster) => mustAnswer(await master.exec(SCRIPT))
  const anew = async (login: Login) => mustAnswer(await runSsh([...sshArguments(login), SCRIPT]))
  return [timed(SSH.warm, () => inTurn(FANOUT, masters, through)), timed(SSH.cold, () => inTurn(FANOUT, logins, anew))]
}
