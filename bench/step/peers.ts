import { join } from 'node:path'
import { commandLine } from '../../src/adapters/ssh/command-line.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import { type Contender, timed } from '../measure/rounds.ts'
import { connectBare, type NoDelay } from '../ssh/bare.ts'
import type { Login } from '../ssh/login.ts'
import { runSsh, sshArguments, startControlMaster } from '../ssh/system.ts'
import { LOADS, type Load, mustBe } from './loads.ts'
import { NAMES, named } from './rows.ts'

/** ssh2 without us, and the ssh of this computer. */
export async function peers(login: Login, folder: string, lifecycle: Lifecycle): Promise<Contender[]> {
  const bare = await connectBare(login, 'at once')
  lifecycle.add('a bare connection', () => bare.close())
  const slow = await connectBare(login, 'never')
  lifecycle.add('a slow connection', () => slow.close())
  const master = await startControlMaster(login, join(folder, 'master'))
  lifecycle.add('the ControlMaster', () => master.close())
  return LOADS.flatMap(load => [
    timed(named(NAMES.bare, load), async () => mustBe(load, await bare.exec(load.script))),
    timed(named(NAMES.wrapped, load), async () => mustBe(load, await bare.exec(ourCommandLine(load)))),
    timed(named(NAMES.slow, load), async () => mustBe(load, await slow.exec(load.script))),
    timed(named(NAMES.master, load), async () => mustBe(load, await master.exec(load.script))),
    timed(named(NAMES.sshCold, load), async () => mustBe(load, await runSsh([...sshArguments(login), load.script]))),
    async () => ({ [named(NAMES.bareCold, load)]: await bareCold(login, load, 'at once') }),
    async () => ({ [named(NAMES.slowCold, load)]: await bareCold(login, load, 'when ready') }),
  ])
}

/** The text that our Shell sends for a script. */
function ourCommandLine(load: Load): string {
  const line = commandLine(assembleScript(load.script, {}), undefined, 'node1')
  if ('code' in line) throw new Error(line.reason)
  return line.text
}

async function bareCold(login: Login, load: Load, noDelay: NoDelay): Promise<number> {
  const startedAt = performance.now()
  const connection = await connectBare(login, noDelay)
  try {
    mustBe(load, await connection.exec(load.script))
    return performance.now() - startedAt
  } finally {
    await connection.close()
  }
}
