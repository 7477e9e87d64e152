import type { LabNode } from '../node.ts'

/** What a BMC sits on. */
export interface Board {
  readonly node: LabNode
  /** What the node does between "on" and its boot; ends early when its power is cut again. */
  readonly selfTest: (cut: AbortSignal) => Promise<void>
  readonly log: (line: string) => void
}

/**
 * What the lab does at a question of `ipmi_sim`, and the line it answers with. "Off" is answered when nothing of the node runs any more;
 * "on" at once, as a real BMC does: the node boots for itself.
 */
export async function answerTo(question: string, board: Board): Promise<string> {
  const { node, log } = board
  const [verb, what = '', value = ''] = question.split(' ')
  if (verb === 'get') return what === 'power' ? `power:${node.isOn() ? 1 : 0}` : `${what}:0`
  try {
    await set(what, value, board)
    return ''
  } catch (cause) {
    log(`${node.name}: its power cannot be switched: ${reason(cause)}`)
    return FAILED
  }
}

/** Makes the power switch end with an error, and that is what IPMI then answers. */
const FAILED = 'failed'

async function set(what: string, value: string, { node, selfTest, log }: Board): Promise<void> {
  const [off, on] = [what === 'reset' || value === '0', what === 'reset' || value === '1']
  if (what !== 'power' && what !== 'reset') return
  if (off) {
    log(`${node.name}: its power is cut by its BMC`)
    await node.powerOff()
  }
  if (!on) return
  log(`${node.name}: it is switched on by its BMC`)
  node.powerOn({ selfTest }).catch((cause: unknown) => log(`${node.name}: it does not boot: ${reason(cause)}`))
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
