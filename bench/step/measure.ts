import { join } from 'node:path'
import { commandLine } from '../../src/adapters/ssh/command-line.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import { type Contender, roundRobin, timed } from '../measure/rounds.ts'
import { type Bar, type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { connectBare, type NoDelay } from '../ssh/bare.ts'
import type { Login } from '../ssh/login.ts'
import { type Nodes, startNodes } from '../ssh/nodes.ts'
import { openShell } from '../ssh/ours.ts'
import { runSsh, sshArguments, startControlMaster } from '../ssh/system.ts'
import { LOADS, type Load, mustBe } from './loads.ts'
import { recorder, runOurs, runOursCold } from './ours.ts'

const NAMES = {
  ours: 'ha-bot warm',
  recorded: 'ha-bot warm, output masked, hashed and on disk',
  oursCold: 'ha-bot cold',
  bare: 'ssh2 warm, setNoDelay',
  wrapped: 'ssh2 warm, setNoDelay, our command line',
  slow: 'ssh2 warm, as it comes',
  bareCold: 'ssh2 cold, setNoDelay at once',
  slowCold: 'ssh2 cold, setNoDelay when ready',
  master: 'ssh through ControlMaster',
  sshCold: 'ssh cold',
} as const

const WITHIN_TWICE: Bar = { of: 'ratio', atMost: 2 }

/** One script on one node: our way, ssh2 without us, and the ssh of this computer. */
export async function measureStep({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const nodes = await startNodes(1, {}, lifecycle)
    const contenders = ours(nodes, folder, lifecycle)
    for (const login of nodes.logins) contenders.push(...(await theirs(login, folder, lifecycle)))
    const samples = await roundRobin(contenders, { rounds: quick ? 5 : 50, warmUps: 2 }, signal)
    return {
      title: 'A read-only step on one node',
      rows: filled(LOADS.flatMap(rowsOf), samples),
      notes: [
        'Warm: the connection is there. Cold: with connect, key exchange and login. `true` does nothing, `1 MB` prints a million bytes; exit code and length are checked each time.',
        '"Our command line" is the one text that ha-bot sends, a second `sh` with a fixed locale and PATH around the script: what is left between it and ha-bot is ha-bot itself.',
        'Not in the number: the journal entries before and after a step (see the first byte).',
      ],
    }
  })
}

function rowsOf(load: Load): Omit<Row, 'samples'>[] {
  const row = (name: string, against?: string, bar?: Bar) => ({
    name: named(name, load),
    ...(against !== undefined && { against: named(against, load) }),
    ...(bar && { bar }),
  })
  return [
    row(NAMES.ours, NAMES.bare, WITHIN_TWICE),
    row(NAMES.recorded, NAMES.bare),
    row(NAMES.wrapped, NAMES.bare),
    row(NAMES.bare),
    row(NAMES.slow, NAMES.bare),
    row(NAMES.master, NAMES.bare),
    row(NAMES.oursCold, NAMES.bareCold),
    row(NAMES.bareCold),
    row(NAMES.slowCold, NAMES.bareCold),
    row(NAMES.sshCold, NAMES.bareCold),
  ]
}

function named(name: string, load: Load): string {
  return `${load.name}: ${name}`
}

function ours(nodes: Nodes, folder: string, lifecycle: Lifecycle): Contender[] {
  const shell = openShell(nodes)
  lifecycle.add('our connections', () => shell.close())
  const record = recorder(join(folder, 'archive'))
  return LOADS.flatMap(load => [
    timed(named(NAMES.ours, load), () => runOurs(shell, load)),
    timed(named(NAMES.recorded, load), () => record(shell, load)),
    async () => ({ [named(NAMES.oursCold, load)]: await runOursCold(nodes, load) }),
  ])
}

async function theirs(login: Login, folder: string, lifecycle: Lifecycle): Promise<Contender[]> {
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

function ourCommandLine(load: Load): string {
  const line = commandLine(assembleScript(load.script, {}), undefined, 'n1')
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
