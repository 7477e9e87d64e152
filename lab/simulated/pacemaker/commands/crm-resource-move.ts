import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { isoTime } from '../cib.ts'
import { EXIT } from '../exit-codes.ts'
import { addConstraint, clearConstraints, constraintId, lifetimeMs } from './constraints.ts'
import { placesOf, type ResourceCall } from './crm-resource-call.ts'

/** `--move [--node N]`: prefer N with infinity, or ban it from where it runs (ha-stacks.md §9.5). */
export function move(request: ResourceCall): ToolReply {
  const places = placesOf(request.picture, request.resource)
  if (request.node === '') return moveAway(request, places)
  if (places.length > 1 && request.values['force'] !== 'yes') {
    return refusal(
      EXIT.multiple,
      `crm_resource: Resource '${request.resource}' not moved: active on multiple nodes\n${MULTIPLE}`,
    )
  }
  if (places[0] === request.node && request.values['force'] !== 'yes') {
    return refusal(EXIT.exists, 'crm_resource: Error performing operation: Requested item already exists')
  }
  return constrain(request, 'prefer', request.node)
}

const MULTIPLE = 'Error performing operation: Multiple items match request'

function moveAway(request: ResourceCall, places: readonly string[]): ToolReply {
  const [only] = places
  if (only !== undefined && places.length === 1) return constrain(request, 'ban', only)
  const active = `active in ${places.length} locations.`
  const hint = `To prevent '${request.resource}' from running on a specific location, specify a node.`
  return refusal(EXIT.usage, `crm_resource: Resource '${request.resource}' not moved: ${active}\n${hint}`)
}

/** `--ban [--node N]`. */
export function ban(request: ResourceCall): ToolReply {
  if (request.node !== '') return constrain(request, 'ban', request.node)
  return moveAway(request, placesOf(request.picture, request.resource))
}

function constrain(request: ResourceCall, kind: 'prefer' | 'ban', node: string): ToolReply {
  const { resource, source, live } = request
  const lifetime = request.values['lifetime']
  const limit = lifetime === undefined ? undefined : lifetimeMs(lifetime)
  if (lifetime !== undefined && limit === undefined) {
    return refusal(
      EXIT.error,
      `crm_resource: Invalid duration specified: ${lifetime}\nPlease refer to https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid durations`,
    )
  }
  const until = limit === undefined ? undefined : Math.floor((live.clock.now() + limit) / 1000) * 1000
  const added = { kind, resource, node, ...(until === undefined ? {} : { until }) }
  addConstraint(source.cib, added)
  source.commit('crm_resource')
  const notice = until === undefined ? '' : `Migration will take effect until: ${isoTime(until)}\n`
  return reply(kind === 'ban' ? `${notice}${warning(constraintId(added), resource, node)}` : notice)
}

function warning(id: string, resource: string, node: string): string {
  return [
    `WARNING: Creating rsc_location constraint '${id}' with a score of -INFINITY for resource ${resource} on ${node}.`,
    `\tThis will prevent ${resource} from running on ${node} until the constraint is removed using the clear option or by editing the CIB with an appropriate tool`,
    `\tThis will be the case even if ${node} is the last node in the cluster`,
    '',
  ].join('\n')
}

/** `--clear`: silent when there is nothing to remove. */
export function clear({ source, resource, node }: ResourceCall): ToolReply {
  const gone = clearConstraints(source.cib, resource, node)
  // The real tool removes them one by one: each is a change of its own.
  for (const _id of gone) source.commit('crm_resource')
  return reply(gone.map(id => `Removing constraint: ${id}\n`).join(''))
}
