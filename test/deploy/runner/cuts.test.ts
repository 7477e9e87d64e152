import { expect, it } from 'vitest'
import { type Bundle, type Node, nodeFor, sha256 } from './node.ts'
import { seeded, several } from './random.ts'
import { joined, type Reply } from './reply.ts'
import { describeShells } from './shells.ts'

const PER_SHELL = 40
const SEED = 20_261_121

describeShells('a link that is cut at any moment', shell => {
  const node = nodeFor(shell)

  it(`makes no operation of ${PER_SHELL} run twice, loses no result and no byte`, { timeout: 240_000 }, async () => {
    const random = seeded(SEED)
    await several(PER_SHELL, 3, async index => {
      const op = `op-${index}`
      const text = `${op} ${'x'.repeat(Math.floor(random() * 40_000))}\n`
      const bundle = node.counted(op, `sleep 0.0${index % 9}\necho '${text.trim()}'\necho '${op}' >&2\nexit ${index}\n`)
      const { received, reply } = await pursue(node, op, bundle, random)
      expect(reply.state, `seed ${SEED}: ${reply.text}`).toMatchObject({
        rc: `${index}`,
        out: `${text.length}`,
        outsha: sha256(text),
      })
      expect(received).toBe(text)
      expect(node.executions(op)).toBe(1)
    })
  })
})

/** As a worker does: after every cut it asks again from where it is, and claims what the node has no record of. */
async function pursue(
  node: Node,
  op: string,
  bundle: Bundle,
  random: () => number,
): Promise<{ readonly received: string; readonly reply: Reply }> {
  let received = ''
  for (let attempt = 0; attempt < 20; attempt++) {
    // A claim gives the output from the beginning, an attach from where we are.
    const isClaim = attempt === 0 || random() < 0.5
    const from = isClaim ? 0 : received.length
    const fields = isClaim ? node.claimFields(op, bundle) : { op, out: from, err: 0, wait: 60_000 }
    const request = node.begin(isClaim ? 'claim' : 'attach', fields)
    const cut = attempt < 4 ? setTimeout(request.cut, random() * 120) : undefined
    const reply = await request.reply
    clearTimeout(cut)
    received = received.slice(0, from) + joined(reply.out, from).toString()
    if (isEnd(reply)) return { received, reply }
  }
  throw new Error(`${op} does not come to its end`)
}

function isEnd({ isWhole, state, text }: Reply): boolean {
  if (!isWhole || state['state'] === 'absent') return false
  if (state['state'] !== 'done') throw new Error(text)
  return true
}
