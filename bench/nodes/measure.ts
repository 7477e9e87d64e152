import { roundRobin } from '../measure/rounds.ts'
import { type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { startNodes } from '../ssh/nodes.ts'
import { fanOutTools } from './fan-out-tools.ts'
import { SCRIPT } from './load.ts'
import { OURS, ours } from './ours.ts'
import { SSH2, ssh2Alone } from './ssh2-alone.ts'
import { SSH, systemSsh } from './system-ssh.ts'

const NODES = { quick: 16, full: 32 } as const

const ROWS: readonly Omit<Row, 'samples'>[] = [
  { name: OURS.warm, against: SSH2.warm },
  { name: SSH2.warm },
  { name: SSH.warm, against: SSH2.warm },
  { name: OURS.cold, against: SSH2.cold },
  { name: SSH2.cold },
  { name: SSH.cold, against: SSH2.cold },
]

/** The same short command on many nodes, until the last has answered. */
export async function measureNodes({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const count = quick ? NODES.quick : NODES.full
    const nodes = await startNodes(count, {}, lifecycle)
    const tools = await fanOutTools(nodes.logins, folder)
    const contenders = [
      ...(await ours(nodes, lifecycle)),
      ...(await ssh2Alone(nodes.logins, lifecycle)),
      ...(await systemSsh(nodes.logins, folder, lifecycle)),
      ...tools.contenders,
    ]
    const samples = await roundRobin(contenders, { rounds: quick ? 1 : 3, warmUps: 0 }, signal)
    const absent =
      tools.missing.length > 0 ? [`Not on this computer, so not compared: ${tools.missing.join(', ')}.`] : []
    return {
      title: `\`${SCRIPT}\` on ${count} nodes`,
      rows: filled([...ROWS, ...tools.names.map(name => ({ name, against: SSH2.cold }))], samples),
      notes: [...NOTES, ...absent],
    }
  })
}

const NOTES = [
  'The nodes are loopback addresses of a few real sshds, so both ends share the same cores: cold, most of the time is the key exchange on both sides.',
  'ha-bot lets at most 32 handshakes happen at a time.',
]
