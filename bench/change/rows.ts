import type { Bar, Row } from '../measure/section.ts'
import type { ChangeLoad } from './loads.ts'

export const NAMES = {
  change: 'ha-bot: a claimed change, from intention to result',
  intention: '… of it: intention written',
  put: '… script put on the node',
  claim: '… claimed, run and followed, in one answer',
  attach: '… asked again until it was over',
  result: '… output closed, result written',
  here: 'the same claim on this computer, without SSH',
  ours: 'ha-bot: a plain exec',
  bare: 'ssh2 warm, setNoDelay: a plain exec',
} as const

const WITHIN_60: Bar = { of: 'beyond', atMost: 60 }

export function named(name: string, load: ChangeLoad): string {
  return `${load.name}: ${name}`
}

export function rowsOf(load: ChangeLoad): readonly Omit<Row, 'samples'>[] {
  const row = (name: string) => ({ name: named(name, load) })
  const parts = [NAMES.intention, NAMES.put, NAMES.claim, NAMES.attach, NAMES.result]
  return [
    { ...row(NAMES.change), against: named(NAMES.ours, load), bar: WITHIN_60 },
    ...parts.map(row),
    row(NAMES.here),
    { ...row(NAMES.ours), against: named(NAMES.bare, load) },
    row(NAMES.bare),
  ]
}
