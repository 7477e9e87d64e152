import { setTimeout as delay } from 'node:timers/promises'
import type { FaultInput } from '../../../lab/slack/faults.ts'
import type { Lane } from '../lane/lane.ts'
import type { Point } from '../points.ts'
import { type Fault, isOfBot } from './fault.ts'

const ABSENT_MS = 1_500

/** Where Slack has a part in it: what the bot hears and says, and what is said at the end. */
function fits(point: Point): boolean {
  return isOfBot(point) || /^(W11|W12)\./.test(point)
}

function troubled(name: string, what: string, ...faults: readonly FaultInput[]): Fault {
  return {
    name: `slack-${name}`,
    what,
    deed: 'hold',
    fits,
    strike: async ({ lane }) => apply(lane, faults),
    async heal({ lane }) {
      await delay(ABSENT_MS)
      lane.workspace.control.fault({ type: 'clear' })
    },
  }
}

/** What must be set before the envelope is sent that it concerns. */
function beforehand(name: string, what: string, ...faults: readonly FaultInput[]): Fault {
  const clear = async ({ lane }: { readonly lane: Lane }) => void lane.workspace.control.fault({ type: 'clear' })
  return {
    name: `slack-${name}`,
    what,
    deed: 'hold',
    fits: point => /^(G|A[345])/.test(point),
    prepare: async lane => apply(lane, faults),
    beforeApproval: async lane => apply(lane, faults),
    strike: async () => undefined,
    heal: clear,
  }
}

function apply(lane: Lane, faults: readonly FaultInput[]): void {
  for (const fault of faults) lane.workspace.control.fault(fault)
}

/** What Slack does to us. */
export const SLACK_FAULTS: readonly Fault[] = [
  troubled(
    '429',
    'Slack wants silence',
    { type: 'http_429', method: 'chat.postMessage', n: 3 },
    { type: 'http_429', method: 'chat.update', n: 3 },
    { type: 'http_429', method: 'views.open', n: 1 },
  ),
  troubled('500', 'Slack answers with errors of its own', { type: 'http_503', n: 8 }),
  troubled(
    'lost',
    'Slack does what it is asked and its answers are lost',
    { type: 'lose_response', method: 'chat.postMessage', n: 3 },
    { type: 'lose_response', method: 'chat.update', n: 2 },
    { type: 'lose_response', method: 'files.completeUploadExternal', n: 1 },
  ),
  troubled('slow', 'Slack takes long to answer', { type: 'delay', ms: 1_200, n: 6 }),
  troubled('refresh', 'Slack asks the sockets to connect anew', { type: 'disconnect', reason: 'refresh_requested' }),
  troubled('cut', 'the sockets are cut', { type: 'disconnect', reason: 'cut' }),
  beforehand('twice', 'Slack delivers what people say and press twice', { type: 'duplicate', n: 3 }),
  {
    ...beforehand('both', 'two people agree in the same moment'),
    bothApprove: true,
    fits: point => /^A[345]/.test(point),
  },
  beforehand('deaf', 'the acknowledgement is lost', { type: 'drop_next_ack', n: 1 }),
]
