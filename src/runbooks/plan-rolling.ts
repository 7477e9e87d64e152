import { bad, good, type Problem, type Result } from '../problem.ts'
import { durationText } from './duration.ts'
import type { PlannedScope, PlannedStep } from './plan.ts'
import { planHosts } from './plan-hosts.ts'
import { identity, opener } from './plan-identity.ts'
import { type Planning, type PlanSteps, planValue } from './planning.ts'
import type { StepOf } from './schema.ts'

type Rolling = StepOf<'rolling'>

/** The inner steps once for each node, in the order that is fixed now: whoever approves sees every one of them. */
export function planRolling(step: Rolling, planning: Planning, planSteps: PlanSteps): Result<readonly PlannedStep[]> {
  const nodes = inOrder(step, planning)
  if (!nodes.ok) return nodes
  const steps: PlannedStep[] = opener(step, planning)
  const problems: Problem[] = []
  for (const [index, node] of nodes.value.entries()) {
    const turn = { title: step.name ?? step.id, node, number: index + 1, of: nodes.value.length }
    const inner = { ...planning, place: placeOf(step, planning, turn), scope: { ...planning.scope, inRolling: true } }
    const planned = planSteps(step.steps, inner)
    if (planned.ok) steps.push(...planned.value, ...soak(step, inner, nodes.value[index + 1]))
    else problems.push(...planned.problems)
  }
  return problems.length > 0 ? bad(...problems) : good(steps)
}

function placeOf(step: Rolling, { place }: Planning, turn: NonNullable<PlannedScope['turn']>): PlannedScope {
  const id = `${place?.prefix ?? ''}${step.id}`
  return {
    ...place,
    prefix: `${id}.${turn.node}.`,
    host: turn.node,
    turn,
    ...(step.if !== undefined && { onlyAfter: id }),
  }
}

/** Those that `order` names come first, as it names them; the others follow in the order of `hosts`. */
function inOrder(step: Rolling, planning: Planning): Result<readonly string[]> {
  const hosts = planHosts({ id: step.id, hosts: step.rolling.hosts ?? 'all' }, planning)
  if (!hosts.ok || step.rolling.order === undefined) return hosts
  const order = planValue(step.rolling.order, 'names', planning, step.id)
  if (!order.ok) return order
  const first = [...new Set(order.value)].filter(name => hosts.value.includes(name))
  return good([...first, ...hosts.value.filter(name => !first.includes(name))])
}

/** Behind each node but the last. Its id is free: those of the inner steps have something behind the node's name. */
function soak({ id, rolling }: Rolling, planning: Planning, next: string | undefined): PlannedStep[] {
  const { place } = planning
  if (rolling.soak === undefined || next === undefined || place?.turn === undefined) return []
  const name = `Let it run for ${durationText(rolling.soak)} before ${next}`
  const own = identity({ id, name }, planning)
  return [{ kind: 'pause', ...own, id: place.prefix.slice(0, -1), forMs: rolling.soak }]
}
