import { stateLine } from '../clusters/state-line.ts'
import type { RunEvent, RunEventOf } from '../runs/events.ts'

/** An event of a run that is no part of a step: what kind of thing it is, in a word or two, and what there is to say. */
export interface Note {
  readonly label: string
  readonly text: string
  /** What belongs to it, line by line: the words of a gate, the facts that changed. */
  readonly lines: readonly string[]
}

type StepEvent = 'step-started' | 'step-progress' | 'step-finished' | 'execution-started' | 'execution-finished'
export type NotableEvent = Exclude<RunEvent, { type: StepEvent }>

export function isNotable(event: RunEvent): event is NotableEvent {
  return !event.type.startsWith('step-') && !event.type.startsWith('execution-')
}

/** Undefined when others say it already. */
export function noteOf(event: NotableEvent): Note | undefined {
  switch (event.type) {
    case 'requested':
      return note('asked', `/ha ${event.request.text}`)
    case 'leg-started':
      return note(`leg ${event.leg}`, `carried by ${event.worker}`)
    case 'refused':
      return note('refused', 'nothing ran')
    case 'planned':
      return note('plan', planText(event))
    case 'gate-opened':
      return note('gate', `${event.count} of ${event.from.join(', ')} must agree`, event.text.trim().split('\n'))
    case 'decided':
      return note(
        event.decision === 'approve' ? 'approved' : 'denied',
        `by ${event.speaker.name} through ${event.speaker.via}${quoted(event.reason)}`,
      )
    case 'gate-closed':
      return event.result === 'approved' ? undefined : note('gate', `${event.result}: ${event.reason}`)
    case 'lease-taken':
      return note('lease', `${event.cluster} held, epoch ${event.epoch}`)
    case 'lease-released':
      return note('lease', `${event.cluster} free again`)
    case 'stop-requested':
      return note('stop', `asked by ${event.speaker.name}${quoted(event.reason)}`)
    case 'finished':
      return note('end', event.outcome)
    default:
      return afterwards(event)
  }
}

type Afterwards = 'drifted' | 'resumed' | 'marked-done' | 'take-over-asked' | 'taken-over' | 'restored' | 'undo-offered'

/** What happens when a run did not go straight. */
function afterwards(event: RunEventOf<Afterwards>): Note {
  switch (event.type) {
    case 'drifted':
      return note('drift', 'what was approved no longer holds; the approval is void', event.changes)
    case 'resumed':
      return note('resume', `asked by ${event.speaker.name}${quoted(event.reason)}`)
    case 'marked-done':
      return note('mark', `${event.step} is done, says ${event.speaker.name}${quoted(event.reason)}`)
    case 'take-over-asked':
      return note('take over', `asked by ${event.speaker.name}${quoted(event.reason)}`)
    case 'taken-over':
      return note('take over', takenText(event))
    case 'restored':
      return note('restored', `${event.entries} entries that Redis had forgotten are back from the archive`)
    case 'undo-offered': {
      const where = event.hosts.length > 0 ? `on ${event.hosts.join(', ')}: ` : '/ha '
      return note('undo', `offered: ${where}${event.command}`)
    }
  }
}

function planText({ plan, status, digest }: RunEventOf<'planned'>): string {
  const version = plan.facts.configuration ? ` · epoch ${plan.facts.configuration}` : ''
  return `${plan.title} · ${stateLine(status)}${version} · ${digest.slice(0, 12)}`
}

function takenText({ cluster, epoch, fenced, silent }: RunEventOf<'taken-over'>): string {
  const refusing = fenced.length > 0 ? fenced.join(', ') : 'no node'
  const quiet = silent.length > 0 ? `; no answer from ${silent.join(', ')}` : ''
  return `${cluster} is taken from this run, epoch ${epoch}; refused from now on by ${refusing}${quiet}`
}

function quoted(reason: string): string {
  return reason === '' ? '' : `: "${reason}"`
}

function note(label: string, text: string, lines: readonly string[] = []): Note {
  return { label, text, lines }
}
