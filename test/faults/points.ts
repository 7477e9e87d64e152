import type { Border } from '../../src/tap.ts'

/** The boundaries of the way of a change, in order (fault-matrix.md §6.2): of the bot, of the worker, of the approval. */
export const BOUNDARIES = {
  G1: 'payload received',
  G2: 'verified',
  G3: 'request journalled',
  G4: 'acknowledged',
  G5: 'leg 1 enqueued',
  A1: 'gate created',
  A2: 'gate shown in Slack',
  A3: 'click received',
  A4: 'decision journalled',
  A5: 'next leg enqueued',
  W1: 'leg dequeued',
  W2: 'lease taken',
  W3: 'intention journalled',
  W4: 'connected to the node',
  W5: 'script put on the node',
  W6: 'claim sent',
  W7: 'claimed on the node',
  W8: 'started on the node',
  W9: 'output stored',
  W10: 'exit recorded on the node',
  W11: 'result journalled',
  W12: 'job completed',
} as const
export type Boundary = keyof typeof BOUNDARIES
export type Phase = 'before' | 'after'
export type Point = `${Boundary}.${Phase}`

export const ALL_POINTS: readonly Point[] = Object.keys(BOUNDARIES).flatMap(name => [
  `${name as Boundary}.before` as const,
  `${name as Boundary}.after` as const,
])

/** Seen from outside the processes: on the way to a node, and on the node. */
export const OUTSIDE: ReadonlySet<Point> = new Set([
  ...(['W4.before', 'W4.after', 'W6.after', 'W7.before', 'W7.after'] as const),
  ...(['W8.before', 'W8.after', 'W10.before', 'W10.after'] as const),
])

/** A call over one of the borders of a process, at its beginning or end. */
export interface Moment {
  readonly border: Border
  /** `append`, `posts.chat.postMessage`; of what a call gives back, `record.sink`. */
  readonly method: string
  readonly phase: Phase
  readonly args: readonly unknown[]
}

type Test = (args: readonly unknown[]) => boolean

interface Sign {
  readonly point: Point
  readonly border: Border
  readonly method: string
  readonly phase: Phase
  readonly when?: Test
}

const always: Test = () => true

function both(boundary: Boundary, border: Border, method: string, when: Test = always): Sign[] {
  return [
    { point: `${boundary}.before`, border, method, phase: 'before', when },
    { point: `${boundary}.after`, border, method, phase: 'after', when },
  ]
}

/** How the boundaries look from inside a process. */
const SIGNS: readonly Sign[] = [
  { point: 'G1.before', border: 'slack', method: 'processEvent', phase: 'before', when: isCommand },
  { point: 'G1.after', border: 'desk', method: 'say', phase: 'before' },
  { point: 'G2.before', border: 'desk', method: 'say', phase: 'before' },
  { point: 'G2.after', border: 'journal', method: 'open', phase: 'before' },
  ...both('G3', 'journal', 'append', appends('requested')),
  ...both('G4', 'slack', 'processEvent.ack', isCommand),
  ...both('G5', 'queue', 'add', args => legOf(args[0]) === 1),
  ...both('A1', 'journal', 'append', appends('gate-opened')),
  ...both('A2', 'slack-web', 'posts.chat.postMessage', offersApproval),
  ...both('A2', 'slack-web', 'posts.chat.update', offersApproval),
  { point: 'A3.before', border: 'slack', method: 'processEvent', phase: 'before', when: isSubmission },
  { point: 'A3.after', border: 'desk', method: 'decide', phase: 'before' },
  ...both('A4', 'journal', 'append', appends('decided')),
  ...both('A5', 'queue', 'add', args => legOf(args[0]) > 1),
  { point: 'W1.before', border: 'consumer', method: 'carry', phase: 'before', when: args => legOf(args[0]) > 1 },
  { point: 'W1.after', border: 'journal', method: 'append', phase: 'before', when: startsLaterLeg },
  ...both('W2', 'leases', 'take'),
  ...both(
    'W3',
    'journal',
    'append',
    appends('execution-started', event => event['bundle'] !== undefined),
  ),
  ...both('W5', 'shell', 'execute', isBundle),
  { point: 'W6.before', border: 'shell', method: 'execute', phase: 'before', when: isClaim },
  ...both('W9', 'outputs', 'record.sink', isOfChange),
  ...both(
    'W11',
    'journal',
    'append',
    appends('execution-finished', event => event['begun'] !== undefined),
  ),
  { point: 'W12.before', border: 'journal', method: 'append', phase: 'after', when: appends('finished') },
  { point: 'W12.after', border: 'consumer', method: 'carry', phase: 'after', when: args => legOf(args[0]) > 1 },
]

/** The points that this moment is. */
export function pointsAt(moment: Moment): Point[] {
  const { border, method, phase, args } = moment
  return SIGNS.flatMap(sign =>
    sign.border === border && sign.method === method && sign.phase === phase && (sign.when ?? always)(args)
      ? [sign.point]
      : [],
  )
}

/** Points that a process itself can be stopped at. */
export const INSIDE: ReadonlySet<Point> = new Set(SIGNS.map(({ point }) => point))

type Fields = Readonly<Record<string, unknown>>

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function appends(type: string, fits: (event: Fields) => boolean = () => true): Test {
  return ([, events]) =>
    Array.isArray(events) && events.some(event => fields(event)['type'] === type && fits(fields(event)))
}

function startsLaterLeg([, events]: readonly unknown[]): boolean {
  const [event] = Array.isArray(events) ? events : []
  return fields(event)['type'] === 'leg-started' && Number(fields(event)['leg']) > 1
}

function legOf(job: unknown): number {
  return Number(fields(job)['leg'])
}

function isCommand([event]: readonly unknown[]): boolean {
  return fields(fields(event)['body'])['command'] !== undefined
}

function isSubmission([event]: readonly unknown[]): boolean {
  return fields(fields(event)['body'])['type'] === 'view_submission'
}

function offersApproval([message]: readonly unknown[]): boolean {
  return JSON.stringify(fields(message)['blocks'] ?? '').includes('Review and approve')
}

function isBundle([execution]: readonly unknown[]): boolean {
  const { stdin, script, call } = fields(execution)
  return stdin !== undefined && `${String(script)} ${String(call)}`.includes('bundles')
}

function isClaim([execution]: readonly unknown[]): boolean {
  const { call } = fields(execution)
  return Array.isArray(call) && call.includes('claim')
}

/** `record({ step })`: the steps of the harness's runbook that change something are called so. */
function isOfChange([of]: readonly unknown[]): boolean {
  return String(fields(of)['step']).startsWith('change')
}
