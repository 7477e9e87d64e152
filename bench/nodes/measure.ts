import { join } from 'node:path'
import type { SshShell } from '../../src/adapters/ssh/shell.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Contender, roundRobin, timed } from '../measure/rounds.ts'
import { type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { type BareConnection, connectBare, type Done } from '../ssh/bare.ts'
import type { Login } from '../ssh/login.ts'
import { type Nodes, startNodes } from '../ssh/nodes.ts'
import { execute, openShell } from '../ssh/ours.ts'
import { runSsh, sshArguments, startControlMaster } from '../ssh/system.ts'
import { inTurn } from './in-turn.ts'

const NODES = 50
/** How many at a time: what pdsh does unless told otherwise. */
const FANOUT = 32
const SCRIPT = 'uptime'
const NAMES = {
  ours: 'ha-bot warm',
  oursCold: 'ha-bot cold',
  bare: 'ssh2 warm, setNoDelay',
  bareCold: `ssh2 cold, ${FANOUT} at a time`,
  master: `ssh through ControlMaster, ${FANOUT} at a time`,
  sshCold: `ssh cold, ${FANOUT} at a time`,
} as const

const ROWS: readonly Omit<Row, 'samples'>[] = [
  { name: NAMES.ours, against: NAMES.bare },
  { name: NAMES.bare },
  { name: NAMES.master, against: NAMES.bare },
  { name: NAMES.oursCold, against: NAMES.bareCold },
  { name: NAMES.bareCold },
  { name: NAMES.sshCold, against: NAMES.bareCold },
]

/** The same short command on many nodes at once, until the last has answered. */
export async function measureNodes({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const nodes = await startNodes(NODES, {}, lifecycle)
    const contenders = [
      ...ours(nodes, lifecycle),
      ...(await ssh2Alone(nodes.logins, lifecycle)),
      ...(await systemSsh(nodes.logins, folder, lifecycle)),
    ]
    const samples = await roundRobin(contenders, { rounds: quick ? 1 : 5, warmUps: 1 }, signal)
    return {
      title: `\`${SCRIPT}\` on ${NODES} nodes`,
      rows: filled(ROWS, samples),
      notes: [
        `The nodes are ${NODES} loopback addresses of a few sshds, so both ends share the same cores: cold, most of the time is the key exchange on both sides.`,
        `ha-bot itself lets at most 32 handshakes happen at a time.`,
      ],
    }
  })
}

function ours({ nodes, ssh }: Nodes, lifecycle: Lifecycle): Contender[] {
  const open = () => openShell({ nodes, ssh })
  const answer = async (shell: SshShell, node: string) => mustAnswer(await execute(shell, node, SCRIPT))
  const kept = open()
  lifecycle.add('our connections', () => kept.close())
  const onAll = async (shell: SshShell) => void (await Promise.all(nodes.map(({ name }) => answer(shell, name))))
  return [
    timed(NAMES.ours, () => onAll(kept)),
    async () => {
      const fresh = open()
      try {
        return await timed(NAMES.oursCold, () => onAll(fresh))()
      } finally {
        await fresh.close()
      }
    },
  ]
}

function mustAnswer({ exitCode, stdoutBytes }: Done): void {
  if (exitCode !== 0 || stdoutBytes === 0) throw new Error(`${SCRIPT} ended with ${exitCode} and ${stdoutBytes} bytes`)
}

async function ssh2Alone(logins: readonly Login[], lifecycle: Lifecycle): Promise<Contender[]> {
  const kept: BareConnection[] = []
  for (const login of logins) {
    const connection = await connectBare(login, 'at once')
    lifecycle.add('a bare connection', () => connection.close())
    kept.push(connection)
  }
  return [
    timed(NAMES.bare, async () => {
      for (const done of await Promise.all(kept.map(each => each.exec(SCRIPT)))) mustAnswer(done)
    }),
    async () => {
      const opened: BareConnection[] = []
      const one = async (login: Login) => {
        const connection = await connectBare(login, 'at once')
        opened.push(connection)
        mustAnswer(await connection.exec(SCRIPT))
      }
      try {
        return await timed(NAMES.bareCold, () => inTurn(FANOUT, logins, one))()
      } finally {
        await Promise.all(opened.map(each => each.close()))
      }
    },
  ]
}

async function systemSsh(logins: readonly Login[], folder: string, lifecycle: Lifecycle): Promise<Contender[]> {
  const masters = new Map<Login, Awaited<ReturnType<typeof startControlMaster>>>()
  for (const [index, login] of logins.entries()) {
    const master = await startControlMaster(login, join(folder, `m${index}`))
    lifecycle.add('a ControlMaster', () => master.close())
    masters.set(login, master)
  }
  return [
    timed(NAMES.master, () =>
      inTurn(FANOUT, [...masters.values()], async master => mustAnswer(await master.exec(SCRIPT))),
    ),
    timed(NAMES.sshCold, () =>
      inTurn(FANOUT, logins, async login => mustAnswer(await runSsh([...sshArguments(login), SCRIPT]))),
    ),
  ]
}
