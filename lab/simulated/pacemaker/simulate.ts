import { copyOf, type Element } from '../xml/element.ts'
import { readPicture } from './picture/read.ts'
import type { Member, Picture } from './picture/types.ts'
import type { Action } from './schedule/action.ts'
import type { Assignment } from './schedule/placement.ts'
import { summaryLines } from './schedule/summary.ts'
import { actionText, executionOrder, transitionOf } from './schedule/transition.ts'
import { scoreText } from './score.ts'
import { isBlocked, memberLine, topLines } from './show/member-line.ts'
import { maintenanceNotice } from './show/mon-text.ts'
import { nodeLines } from './show/node-lines.ts'
import { cancelMonitor, forgetNode, memberOf, recordOperation, setMembership } from './status-writer.ts'

export interface SimulateOptions {
  readonly simulate: boolean
  readonly scores: boolean
  readonly now: number
}

/**
 * `crm_simulate` on a CIB: what is, what would be done, and how it would be then (2.1.5's layout).
 * With scores everything is printed without headings and bullets, as the real one does; without -S and -s it shows the status only.
 */
export function simulateText(cib: Element, options: SimulateOptions): string {
  const picture = readPicture(cib, options.now)
  const { assignment, changes, actions } = transitionOf(picture)
  const show = options.scores ? PLAIN : FANCY
  const blocks = [
    ...instanceNotice(picture),
    ...maintenanceNotice(picture),
    ...show.status('Current cluster status:', picture),
  ]
  if (options.scores) blocks.push(scoreLines(assignment.scores))
  if (options.scores || options.simulate) blocks.push(show.list('Transition Summary:', summaryLines(changes)))
  if (options.simulate) {
    const order = executionOrder(actions)
    const width = Math.max(0, ...membersOf(picture).map(member => member.id.length))
    blocks.push(
      show.list(
        'Executing Cluster Transition:',
        order.map(action => actionText(action, width)),
      ),
    )
    blocks.push(
      ...show.status('Revised Cluster Status:', readPicture(afterwards(picture, order, options.now), options.now)),
    )
  }
  const start = picture.options.maintenance ? '\n' : ''
  return `${start}${blocks.map(block => block.map(line => `${line}\n`).join('')).join('\n')}`
}

/** How headings and entries are laid out. */
interface Style {
  status(heading: string, picture: Picture): string[][]
  list(heading: string, entries: readonly string[]): string[]
}

const FANCY: Style = {
  status: (heading, picture) => [
    [heading, '  * Node List:', ...nodeLines(picture).map(line => `    ${line}`)],
    [
      '  * Full List of Resources:',
      ...picture.resources.flatMap(top => topLines(top, picture, true)).map(line => `    ${line}`),
    ],
  ],
  list: (heading, entries) => [heading, ...entries],
}

const PLAIN: Style = {
  status: (_heading, picture) => [
    nodeLines(picture).map(line => bare(line).replace(/^(Online|OFFLINE): /, '')),
    membersOf(picture).map(member => memberLine(member, picture)),
  ],
  list: (_heading, entries) => entries.map(bare),
}

function bare(line: string): string {
  return line.replace(/^ *\* /, '')
}

function membersOf(picture: Picture): readonly Member[] {
  return picture.resources.flatMap(top => top.members)
}

function instanceNotice(picture: Picture): string[][] {
  const members = membersOf(picture)
  const disabled = members.filter(member => member.disabled).length
  const blocked = members.filter(isBlocked).length
  if (disabled + blocked === 0) return []
  return [
    [
      `${disabled} of ${members.length} resource instances DISABLED and ${blocked} BLOCKED from further action due to failure`,
    ],
  ]
}

function scoreLines(steps: Assignment['scores']): string[] {
  return steps.flatMap(({ step, resource, scores }) =>
    Object.entries(scores).map(
      ([node, score]) => `${step}: ${resource} allocation score on ${node}: ${scoreText(score)}`,
    ),
  )
}

/** The CIB as it would be after those actions, all of them successful. */
function afterwards(picture: Picture, order: readonly Action[], now: number): Element {
  const cib = copyOf(picture.cib)
  for (const action of order) apply(cib, picture, action, now)
  return cib
}

function apply(cib: Element, picture: Picture, action: Action, at: number): void {
  if (action.kind === 'fence') {
    setMembership(cib, action.node, 'down')
    forgetNode(cib, action.node)
    return
  }
  const member = memberOf(picture, action.subject)
  if (action.kind === 'pseudo' || action.implied || !member) return
  const { node, intervalMs } = action
  if (action.kind === 'cancel') {
    cancelMonitor(cib, member, node, intervalMs)
    return
  }
  const probe = action.kind === 'probe'
  const task = action.kind === 'start' || action.kind === 'stop' ? action.kind : 'monitor'
  const rc = probe ? 7 : 0
  recordOperation(cib, {
    member,
    node,
    task,
    intervalMs,
    rc,
    expectedRc: rc,
    callId: 900_000,
    at,
    execMs: 0,
    reason: '',
  })
}
