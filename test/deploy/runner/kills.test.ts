import { expect, it } from 'vitest'
import { endProcess, type Node, nodeFor, textOf } from './node.ts'
import { seeded, several } from './random.ts'
import { describeShells } from './shells.ts'

const PER_SHELL = 70
const SEED = 20_261_122

/** What may be told when any of the runner's processes is killed at any moment, with whether the script can have run. */
const POSSIBLE: Readonly<Record<string, readonly number[]>> = {
  absent: [0],
  // A helper that is killed before it made or named a file looks like a full disk.
  'refused space': [0],
  'tombstoned abandoned': [0],
  interrupted: [0, 1],
  'interrupted left': [0, 1],
  done: [1],
}

describeShells('a kill -9 at any moment', shell => {
  const node = nodeFor(shell)

  it(`of claimer, first process or any other leaves one of the documented states, ${PER_SHELL} times`, {
    timeout: 240_000,
  }, async () => {
    const random = seeded(SEED)
    const told: Record<string, number> = {}
    await several(PER_SHELL, 3, async index => {
      const op = `op-${index}`
      const bundle = node.counted(op, 'sleep 0.02; exit 5\n')
      const request = node.begin('claim', node.claimFields(op, bundle))
      await new Promise(resolve => setTimeout(resolve, random() * 150))
      killSome(node, op, request.pid, random)
      await request.reply.catch(() => undefined)
      const first = await node.attach(op, { wait: 5_000 })
      const said = wordsOf(first.state)
      told[said] = (told[said] ?? 0) + 1
      expect(POSSIBLE[said], `seed ${SEED}, ${op}: ${first.text}`).toContain(node.executions(op))
      if (said === 'done') expect(first.state['rc'], first.text).toMatch(/^(5|137|143)$/)
      await claimAgain(node, op, bundle, said)
    })
    expect(Object.values(told).reduce((sum, count) => sum + count, 0)).toBe(PER_SHELL)
  })
})

/** A final state stays, and a second claim never makes a second execution. */
async function claimAgain(node: Node, op: string, bundle: { sha: string; sum: string }, said: string): Promise<void> {
  const again = await node.claim(op, bundle)
  const expected =
    said === 'absent' ? ['done'] : said === 'interrupted left' ? ['interrupted', 'interrupted left'] : [said]
  expect(expected, again.text).toContain(wordsOf(again.state))
  expect(node.executions(op), again.text).toBeLessThanOrEqual(1)
}

function wordsOf({ state, why }: Readonly<Record<string, string>>): string {
  return why === '-' ? `${state}` : `${state} ${why}`
}

/** The claimer, or its operation's processes, or both: as the OOM killer or an impatient admin would. */
function killSome(node: Node, op: string, claimer: number, random: () => number): void {
  const choice = random()
  if (choice < 0.6) endProcess(claimer)
  if (choice < 0.3) return
  const isOurs = (pid: number): boolean => textOf(`/proc/${pid}/cmdline`).split('\0').includes(op)
  for (const pid of node.processes()) if (pid !== claimer && isOurs(pid) && random() < 0.7) endProcess(pid)
}
