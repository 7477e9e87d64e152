import { attribute } from '../../xml/element.ts'
import { ctime, isoTime } from '../cib.ts'
import type { FenceEvent } from '../fencing.ts'
import type { Operation, Picture } from '../picture/types.ts'
import { isBlocked, topLines } from './member-line.ts'
import { nodeLines } from './node-lines.ts'
import { rcText, statusText } from './rc-text.ts'

export interface MonOptions {
  readonly inactive: boolean
  /** `-f`: how often what has failed where. */
  readonly failCounts?: boolean
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
    ...(options.failCounts ? migrationSummary(picture) : []),
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

/** [R] counts of the nodes that are online. */
function migrationSummary(picture: Picture): string[][] {
  const lines = picture.nodes
    .filter(({ online, failCounts }) => online && Object.keys(failCounts).length > 0)
    .flatMap(node => [
      `  * Node: ${node.name}:`,
      ...Object.keys(node.failCounts).map(name => failCountLine(node, name)),
    ])
  return [['Migration Summary:', ...lines]]
}

function failCountLine({ failCounts, lastFailures }: Picture['nodes'][number], resource: string): string {
  const last = lastFailures[resource] ? ` last-failure='${ctime(lastFailures[resource] * 1000)}'` : ''
  return `    * ${resource}: migration-threshold=1000000 fail-count=${failCounts[resource]}${last}`
}

function failedActions(picture: Picture): string[][] {
  if (picture.failures.length === 0) return []
  return [['Failed Resource Actions:', ...picture.failures.map(failure => `  * ${failureText(failure)}`)]]
}

function failureText(failure: Operation): string {
  const interval = failure.intervalMs > 0 ? `${failure.intervalMs / 1000}s-interval ` : ''
  const after = Number(failure.execMs) > 0 ? ` after ${durationText(Number(failure.execMs))}` : ''
  const at = failure.changedAt > 0 ? ` at ${ctime(failure.changedAt * 1000)}${after}` : ''
  return `${failure.resource} ${interval}${failure.task} on ${failure.node} ${outcomeText(failure)}${at}`
}

/** [R] what could not be carried out has no exit code that means anything. */
function outcomeText({ opStatus, rc, reason }: Operation): string {
  if (opStatus === 0) return `returned '${rcText(rc)}'${reason ? ` (${reason})` : ''}`
  return `could not be executed (${statusText(opStatus)}${reason ? `: ${reason}` : ''})`
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
