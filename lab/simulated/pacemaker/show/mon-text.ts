import { attribute } from '../../xml/element.ts'
import { ctime, isoTime } from '../cib.ts'
import type { FenceEvent } from '../fencing.ts'
import type { Operation, Picture } from '../picture/types.ts'
import { isBlocked, topLines } from './member-line.ts'
import { nodeLines } from './node-lines.ts'
import { rcText } from './rc-text.ts'

export interface MonOptions {
  readonly inactive: boolean
  /** undefined when there is no fencer to ask, as with CIB_file. */
  readonly fencing: readonly FenceEvent[] | undefined
  readonly now: number
}

/** `crm_mon -1 [-r]` as Pacemaker 2.1.5 prints it (ha-stacks.md §8). */
export function monText(picture: Picture, options: MonOptions): string {
  const blocks = [
    ['Cluster Summary:', ...summary(picture, options.now).map(indented)],
    ...maintenanceNotice(picture),
    ['Node List:', ...nodeLines(picture).map(indented)],
    resources(picture, options.inactive),
    ...failedActions(picture),
    ...fencingBlocks(options.fencing ?? []),
  ]
  return `${blocks.map(block => block.join('\n')).join('\n\n')}\n`
}

function indented(line: string): string {
  return `  ${line}`
}

function summary(picture: Picture, now: number): string[] {
  const quorum = picture.quorate ? 'partition with quorum' : 'partition WITHOUT quorum'
  const dc = picture.dc ? `${picture.dc} (version ${picture.options.version}) - ${quorum}` : 'NONE'
  const written = picture.cib.attributes
  const members = picture.resources.flatMap(top => top.members)
  return [
    `* Stack: ${picture.options.stack}`,
    `* Current DC: ${dc}`,
    `* Last updated: ${ctime(now)}`,
    `* Last change:  ${written['cib-last-written']} by ${written['update-user']} via ${written['update-client']} on ${attribute(picture.cib, 'update-origin')}`,
    `* ${picture.nodes.length} nodes configured`,
    `* ${members.length} resource instances configured${instanceNotes(picture)}`,
  ]
}

function instanceNotes(picture: Picture): string {
  const members = picture.resources.flatMap(top => top.members)
  const disabled = members.filter(member => member.disabled).length
  const blocked = members.filter(isBlocked).length
  const notes = [
    disabled > 0 ? `(${disabled} DISABLED)` : '',
    blocked > 0 ? `(${blocked} BLOCKED from further action due to failure)` : '',
  ].filter(Boolean)
  return notes.length > 0 ? ` ${notes.join(' ')}` : ''
}

export function maintenanceNotice(picture: Picture): string[][] {
  if (!picture.options.maintenance) return []
  return [
    [
      '              *** Resource management is DISABLED ***',
      '  The cluster will not attempt to start, stop or recover services',
    ],
  ]
}

function resources(picture: Picture, inactive: boolean): string[] {
  const lines = picture.resources.flatMap(top => topLines(top, picture, inactive))
  const shown = lines.length > 0 ? lines : ['* No active resources']
  return [inactive ? 'Full List of Resources:' : 'Active Resources:', ...shown.map(indented)]
}

function failedActions(picture: Picture): string[][] {
  if (picture.failures.length === 0) return []
  return [['Failed Resource Actions:', ...picture.failures.map(failure => `  * ${failureText(failure)}`)]]
}

function failureText(failure: Operation): string {
  const interval = failure.intervalMs > 0 ? `${failure.intervalMs / 1000}s-interval ` : ''
  const reason = failure.reason ? ` (${failure.reason})` : ''
  const after = Number(failure.execMs) > 0 ? ` after ${durationText(Number(failure.execMs))}` : ''
  const at = failure.changedAt > 0 ? ` at ${ctime(failure.changedAt * 1000)}${after}` : ''
  return `${failure.resource} ${interval}${failure.task} on ${failure.node} returned '${rcText(failure.rc)}'${reason}${at}`
}

function durationText(ms: number): string {
  if (ms < 1000) return `${ms}ms`
  const rest = ms % 1000
  return `${Math.floor(ms / 1000)}${rest > 0 ? `.${String(rest).padStart(3, '0')}` : ''}s`
}

function fencingBlocks(events: readonly FenceEvent[]): string[][] {
  const failed = events.filter(event => event.status === 'failed')
  const pending = events.filter(event => event.status === 'pending')
  const blocks: string[][] = []
  if (failed.length > 0) blocks.push(['Failed Fencing Actions:', ...failed.map(event => `  * ${failedFencing(event)}`)])
  if (pending.length > 0)
    blocks.push(['Pending Fencing Actions:', ...pending.map(event => `  * ${pendingFencing(event)}`)])
  return blocks
}

function failedFencing(event: FenceEvent): string {
  const reason = event.reason ? ` (${event.reason})` : ''
  return `${event.action} of ${event.target} failed${reason}: delegate=${event.delegate}, client=${event.client}, origin=${event.origin}, last-failed='${isoTime(event.completedAt)}' `
}

function pendingFencing(event: FenceEvent): string {
  return `${event.action} of ${event.target} pending: client=${event.client}, origin=${event.origin}`
}
