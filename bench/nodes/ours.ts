import type { SshShell } from '../../src/adapters/ssh/shell.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Contender, timed } from '../measure/rounds.ts'
import type { Nodes } from '../ssh/nodes.ts'
import { execute, openShell } from '../ssh/ours.ts'
import { mustAnswer, SCRIPT } from './load.ts'

export const OURS = { warm: 'ha-bot warm', cold: 'ha-bot cold' } as const

/** All nodes at once over our Shell, which sees to its own limits. */
export async function ours(nodes: Nodes, lifecycle: Lifecycle): Promise<Contender[]> {
  const kept = openShell(nodes)
  lifecycle.add('our connections', () => kept.close())
  const one = async (shell: SshShell, node: string) => mustAnswer(await execute(shell, node, SCRIPT))
  const all = async (shell: SshShell) => void (await Promise.all(nodes.nodes.map(({ name }) => one(shell, name))))
  await all(kept)
  return [timed(OURS.warm, () => all(kept)), () => cold(openShell(nodes), all)]
}

async function cold(shell: SshShell, all: (shell: SshShell) => Promise<void>) {
  try {
    return await timed(OURS.cold, () => all(shell))()
  } finally {
    await shell.close()
  }
}
