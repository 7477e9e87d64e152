import { type Answer, run } from './command.ts'
import { boot, type Machine, type MachineParts } from './machine.ts'
import type { Seat } from './names.ts'
import { plugIn, unplug } from './network.ts'

const INSPECT_LIMIT_S = 60

export interface LabNode {
  readonly name: string
  readonly address: string
  /** Whether it was switched on last; it may still be booting. */
  isOn(): boolean
  /** Resolves when its daemons were started, or it lost its power before; whether they found each other is for the stack to say. */
  powerOn(how?: PowerOn): Promise<void>
  /** Pulls the plug: every process of the node ends at once, unasked. */
  powerOff(): Promise<void>
  /** Runs `script` in sh on the node, not over the network; at most 60 s. A node without power answers 255, as ssh would. */
  inspect(script: string): Promise<Answer>
}

export interface PowerOn {
  readonly signal?: AbortSignal | undefined
  /** What keeps it from booting for now; ends early when its power is cut. */
  readonly selfTest?: (cut: AbortSignal) => Promise<void>
}

/** A node without power. People, tests and its BMC may all switch it; what they want is done one after the other. */
export function labNode(seat: Seat, parts: MachineParts): LabNode {
  const { names } = parts
  let running: Machine | undefined
  let wanted = false
  let cut = new AbortController()
  let last: Promise<unknown> = Promise.resolve()

  function next(act: () => Promise<void>): Promise<void> {
    const done = last.then(act, act)
    last = done.catch(() => undefined)
    return done
  }

  async function start({ signal, selfTest }: PowerOn, lost: AbortSignal): Promise<void> {
    if (running && !running.hasEnded()) return
    await selfTest?.(lost)
    if (lost.aborted) return
    await unplug(names, seat)
    await plugIn(names, seat, signal)
    running = await boot(seat, parts, signal)
  }

  async function stop(): Promise<void> {
    await running?.pull()
    running = undefined
    await unplug(names, seat)
  }

  return {
    name: seat.name,
    address: seat.address,
    isOn: () => wanted,
    async powerOn(how = {}) {
      wanted = true
      const lost = cut.signal
      await next(async () => await start(how, lost))
    },
    async powerOff() {
      wanted = false
      cut.abort()
      cut = new AbortController()
      await next(stop)
    },
    async inspect(script) {
      if (!running || running.hasEnded()) return { exitCode: 255, stdout: '', stderr: `${seat.name} has no power.\n` }
      const inside = ['-t', String(running.firstProcess), '-m', '-u', '-p', '-n', '-i']
      const limited = ['timeout', '-s', 'KILL', String(INSPECT_LIMIT_S), '/bin/sh', '-c', script]
      return await run('nsenter', [...inside, ...limited], { limitMs: (INSPECT_LIMIT_S + 5) * 1000 })
    },
  }
}
