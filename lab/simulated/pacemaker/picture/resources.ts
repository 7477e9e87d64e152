import { attribute, child, childrenNamed, type Element } from '../../xml/element.ts'
import { nvpairs, section } from '../cib.ts'
import { parseScore } from '../score.ts'
import { activity, operationsOf } from './operations.ts'
import type { Member, Monitor, Options, PictureNode, Top } from './types.ts'

interface Context {
  readonly cib: Element
  readonly nodes: readonly PictureNode[]
  readonly options: Options
  readonly defaults: Record<string, string>
}

/** Groups and primitives with what their history says about them. Clones and bundles are not modelled. */
export function readResources(cib: Element, nodes: readonly PictureNode[], options: Options): Top[] {
  const context = { cib, nodes, options, defaults: nvpairs(section(cib, 'rsc_defaults'), 'meta_attributes') }
  return section(cib, 'resources')
    .children.filter(entry => entry.name === 'group' || entry.name === 'primitive')
    .map(entry => readTop(entry, context))
}

function readTop(entry: Element, context: Context): Top {
  const id = attribute(entry, 'id')
  const group = entry.name === 'group'
  const inherited = group ? { ...context.defaults, ...nvpairs(entry, 'meta_attributes') } : context.defaults
  const primitives = group ? childrenNamed(entry, 'primitive') : [entry]
  const members = primitives.map(primitive => readMember(primitive, id, inherited, context))
  const meta = { ...inherited, ...nvpairs(entry, 'meta_attributes') }
  return {
    id,
    kind: group ? 'group' : 'primitive',
    managed: isManaged(meta, context.options),
    disabled: meta['target-role'] === 'Stopped',
    members,
  }
}

function readMember(primitive: Element, top: string, inherited: Record<string, string>, context: Context): Member {
  const id = attribute(primitive, 'id')
  const meta = { ...inherited, ...nvpairs(primitive, 'meta_attributes') }
  const history = Object.fromEntries(
    context.nodes.map(node => [node.name, operationsOf(context.cib, node.id, node.name, id)]),
  )
  const active = context.nodes.flatMap(node =>
    mayHoldResources(node) ? (activity(history[node.name] ?? [], node.name, context.options.stonithEnabled) ?? []) : [],
  )
  return {
    id,
    top,
    agent: agentName(primitive),
    stickiness: parseScore(meta['resource-stickiness'] ?? '0'),
    managed: isManaged(meta, context.options) && !active.some(where => where.blocked),
    disabled: meta['target-role'] === 'Stopped',
    parameters: nvpairs(primitive, 'instance_attributes'),
    monitors: childrenNamed(child(primitive, 'operations'), 'op').flatMap(toMonitor),
    active,
    history,
  }
}

/** A node that is cleanly gone runs nothing, whatever its history says. */
function mayHoldResources(node: PictureNode): boolean {
  return node.online || node.unclean
}

function isManaged(meta: Record<string, string>, options: Options): boolean {
  return !options.maintenance && meta['is-managed'] !== 'false' && meta['maintenance'] !== 'true'
}

function agentName(primitive: Element): string {
  const { class: standard, provider, type } = primitive.attributes
  return [standard, provider, type].filter(Boolean).join(':')
}

function toMonitor(op: Element): Monitor[] {
  const intervalMs = seconds(attribute(op, 'interval')) * 1000
  if (attribute(op, 'name') !== 'monitor' || intervalMs === 0) return []
  return [{ intervalMs, timeoutMs: seconds(attribute(op, 'timeout') || '20s') * 1000 }]
}

function seconds(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m|h)?/.exec(text) ?? []
  const factors: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 }
  return Number(number ?? '0') * (factors[unit ?? 's'] ?? 1)
}
