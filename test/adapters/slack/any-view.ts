import fc from 'fast-check'
import type { RunView } from '../../../src/transcripts/view.ts'
import { GATE, VIEWS } from './views.ts'

const NASTY = [
  '<!channel> <@U0BO>',
  '"\\\n\t',
  '\u001b[2J\u001b]52;c;aGk=\u0007',
  '\u202egnihton',
  '漢字仮名交じり文',
  '&lt;',
  '`*_~',
  '\ud83d',
]
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...NASTY),
  fc.integer({ min: 50, max: 4_000 }).map(n => '漢"'.repeat(n)),
)
const lines = fc.array(text, { maxLength: 30 })
const problem = fc.record({ code: fc.constant('x'), message: text, excerpt: text, suggestion: text, next: text })
const steps = fc.array(
  fc.record({
    id: fc.uuid(),
    name: text,
    mark: fc.constantFrom('done', 'warned', 'running', 'ahead', 'skipped', 'failed', 'unknown', 'stopped'),
    hosts: text,
    durationMs: fc.nat(),
    detail: text,
    tail: text,
  }),
  { maxLength: 60 },
)
const commands = fc.array(
  fc.record({
    step: text,
    hosts: fc.array(text, { minLength: 1, maxLength: 40 }),
    change: fc.constantFrom('disruptive', 'destructive'),
    source: text,
    values: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text, { maxKeys: 6 }),
    timeoutMs: fc.nat(),
    undo: text,
    onlyIf: text,
    inTurn: fc.boolean(),
  }),
  { maxLength: 40 },
)

/** A run as it never was: every text hostile or huge, every list long. */
export const anyView: fc.Arbitrary<RunView> = fc
  .record({
    base: fc.constantFrom(...Object.values(VIEWS)),
    cluster: text,
    title: text,
    asked: text,
    elapsedMs: fc.nat(),
    warnings: lines,
    notes: lines,
    evidence: lines,
    facts: fc.array(fc.record({ label: text, lines }), { maxLength: 20 }),
    commands,
    steps,
    decisions: lines,
    ending: fc.record({ lines, next: lines }),
    problems: fc.array(problem, { maxLength: 12 }),
    gateText: text,
    confirm: text,
    openName: text,
  })
  .map(({ base, gateText, confirm, openName, ...rest }): RunView => {
    const gate = base.gate ? { gate: { ...GATE, text: gateText, confirm } } : {}
    const open = base.open ? { open: { ...base.open, name: openName } } : {}
    return { ...base, ...rest, ...gate, ...open }
  })
