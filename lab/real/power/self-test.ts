import { setTimeout as pause } from 'node:timers/promises'
import type { LabNode } from '../node.ts'
import type { LabStack } from '../stack.ts'

export interface SelfTestTimes {
  /** Nobody may be left to notice; then the node boots as late as this. */
  readonly limitMs: number
  readonly everyMs: number
  /** So long is the node still seen to be away when the others know it: longer than a look that waits for its answer. */
  readonly awayMs: number
}

const TIMES: SelfTestTimes = { limitMs: 60_000, everyMs: 500, awayMs: 15_000 }

/**
 * What a computer does for a minute or more before it boots, while a node of the lab boots within a second: so fast that it would join again
 * before the fence agent has said that it is done. Pacemaker then tells the new node that it "was allegedly just fenced", upon which its
 * daemons end for good (seen on 2.1.5), or fences it once more. So it takes until the others know that the node was gone.
 */
export function selfTest(
  node: LabNode,
  nodes: readonly LabNode[],
  { missed }: Pick<LabStack, 'missed'>,
  { limitMs, everyMs, awayMs }: SelfTestTimes = TIMES,
): (cut: AbortSignal) => Promise<void> {
  const others = nodes.filter(({ name }) => name !== node.name)
  return async cut => {
    const end = performance.now() + limitMs
    while (!cut.aborted && performance.now() < end) {
      const known = await Promise.all(others.map(async other => other.isOn() && (await missed(node.name, other))))
      if (known.includes(true)) break
      await pause(everyMs, undefined, { signal: cut }).catch(() => undefined)
    }
    await pause(awayMs, undefined, { signal: cut }).catch(() => undefined)
  }
}
