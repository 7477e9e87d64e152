import { attribute, child, childrenNamed, childWith, type Element } from '../../xml/element.ts'
import { nvpairs, section } from '../cib.ts'
import { INFINITY_SCORE, parseScore } from '../score.ts'
import type { Options, PictureNode } from './types.ts'

interface Membership {
  readonly online: boolean
  readonly pending: boolean
  readonly fenceReason: string
  readonly unclean: boolean
}

/** The nodes with their state, by the rules of `determine_online_status` in Pacemaker 2.1.5's lib/pengine/unpack.c. */
export function readNodes(cib: Element, options: Options): PictureNode[] {
  const status = section(cib, 'status')
  return childrenNamed(section(cib, 'nodes'), 'node').map(node => {
    const id = attribute(node, 'id')
    const state = childWith(status, 'node_state', 'id', id)
    const transient = nvpairs(child(state, 'transient_attributes'), 'instance_attributes')
    const permanent = nvpairs(node, 'instance_attributes')
    const shutdown = Number(transient['shutdown'] ?? '0') > 0
    const membership = membershipOf(state, options, shutdown)
    return {
      id,
      name: attribute(node, 'uname'),
      ...membership,
      standby: membership.pending || isTrue(transient['standby'] ?? permanent['standby']),
      maintenance: isTrue(permanent['maintenance']),
      shutdown,
      expectedUp: state !== undefined && attribute(state, 'expected') === 'member',
      dc: attribute(cib, 'dc-uuid') === id && membership.online,
      featureSet: transient['#feature-set'] ?? '',
      ...failures(transient),
    }
  })
}

function membershipOf(state: Element | undefined, options: Options, shutdown: boolean): Membership {
  if (!state) return { online: false, pending: false, fenceReason: '', unclean: false }
  const inCluster = attribute(state, 'in_ccm') === 'true'
  const controller = attribute(state, 'crmd') === 'online'
  const join = attribute(state, 'join')
  const expected = attribute(state, 'expected') || 'down'
  if (!options.stonithEnabled) {
    const online = inCluster && controller && join === 'member'
    return { online, pending: inCluster && controller && !online, fenceReason: '', unclean: false }
  }
  if (shutdown) return { online: controller, pending: false, fenceReason: '', unclean: false }
  if (expected === 'down')
    return { online: inCluster, pending: inCluster || controller, fenceReason: '', unclean: false }
  if (!inCluster) return doomed(false, 'peer is no longer part of the cluster')
  if (!controller) return doomed(true, 'peer process is no longer available')
  return { online: true, pending: join !== 'member', fenceReason: '', unclean: false }
}

function doomed(online: boolean, fenceReason: string): Membership {
  return { online, pending: false, fenceReason, unclean: true }
}

function isTrue(value: string | undefined): boolean {
  return ['on', 'true', 'yes', 'y', '1'].includes(value ?? '')
}

function failures(transient: Record<string, string>): Pick<PictureNode, 'failCounts' | 'lastFailures'> {
  const failCounts: Record<string, number> = {}
  const lastFailures: Record<string, number> = {}
  for (const [name, value] of Object.entries(transient)) {
    const [, kind, resource] = /^(fail-count|last-failure)-([^#]+)#/.exec(name) ?? []
    if (!resource) continue
    if (kind === 'last-failure') lastFailures[resource] = Math.max(lastFailures[resource] ?? 0, Number(value))
    else failCounts[resource] = Math.min(INFINITY_SCORE, (failCounts[resource] ?? 0) + parseScore(value))
  }
  return { failCounts, lastFailures }
}
