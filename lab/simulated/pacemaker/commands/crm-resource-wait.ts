import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { isSettled, type Live, later } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import { transitionOf } from '../schedule/transition.ts'
import type { ResourceCall } from './crm-resource-call.ts'

/** pcmk's default for `--wait` without `--timeout`: 60 minutes. */
const WITHOUT_LIMIT_MS = 3_600_000

/** `--wait [--timeout=T]`: exit 0 once nothing is pending, 124 when the time is over. */
export async function waitSettled(request: ResourceCall): Promise<ToolReply> {
  const { live, source } = request
  if (!source.live) return pendingActions(request).length === 0 ? reply('') : timedOut(request)
  const settled = await settledWithin(live, timeoutMs(request.values['timeout']))
  return settled ? reply('') : timedOut(request)
}

/** `300`, `300s`, `5min`, `2h`. */
function timeoutMs(text: string | undefined): number {
  const [, number, unit] = /^(\d+)\s*(ms|s|sec|m|min|h|hr)?$/.exec(text ?? '') ?? []
  if (number === undefined) return WITHOUT_LIMIT_MS
  const factors: Record<string, number> = {
    ms: 1,
    s: 1000,
    sec: 1000,
    m: 60_000,
    min: 60_000,
    h: 3_600_000,
    hr: 3_600_000,
  }
  return Number(number) * (factors[unit ?? 's'] ?? 1000)
}

function settledWithin(live: Live, limitMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const end = (settled: boolean) => {
      live.watchers.delete(look)
      cancel()
      resolve(settled)
    }
    const cancel = later(live, limitMs, () => end(false))
    const look = () => {
      if (isSettled(live)) end(true)
    }
    live.watchers.add(look)
    look()
  })
}

function pendingActions({ source, live }: ResourceCall): string[] {
  const { actions } = transitionOf(readPicture(source.cib, live.clock.now()))
  return actions
    .filter(action => action.kind !== 'pseudo')
    .map((action, index) => {
      const task = action.kind === 'probe' ? 'monitor' : action.kind
      return `\tAction ${index + 1}: ${action.subject}_${task}_${action.intervalMs}\ton ${action.node}`
    })
    .reverse()
}

function timedOut(request: ResourceCall): ToolReply {
  const stdout = ['Pending actions:', ...pendingActions(request), ''].join('\n')
  return refusal(EXIT.timeout, 'crm_resource: Error performing operation: Timeout occurred', stdout)
}
