import type { Bar, Row } from '../measure/section.ts'
import type { Load } from './loads.ts'

export const NAMES = {
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

export function named(name: string, load: Load): string {
  return `${load.name}: ${name}`
}

/** Warm ways are compared with ssh2 on a kept connection, cold ones with ssh2 on a new one. */
export function rowsOf(load: Load): readonly Omit<Row, 'samples'>[] {
  const row = (name: string, against?: string) => ({
    name: named(name, load),
    ...(against !== undefined && { against: named(against, load) }),
  })
  return [
    { ...row(NAMES.ours, NAMES.bare), bar: WITHIN_TWICE },
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
