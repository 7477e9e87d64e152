import { attribute, type Element, element } from '../../xml/element.ts'
import { ctime } from '../cib.ts'
import type { Picture, PictureNode } from '../picture/types.ts'
import { INFINITY_SCORE } from '../score.ts'
import { fenceHistory } from './fence-xml.ts'
import { failuresXml, historyXml } from './history-xml.ts'
import { isBlocked } from './member-line.ts'
import type { MonOptions } from './mon-text.ts'
import { running } from './node-lines.ts'
import { resourcesXml } from './resources-xml.ts'
import { result } from './result.ts'

/** `crm_mon -1 --output-as=xml`, api-version 2.25 (ha-stacks.md §8). It shows inactive resources with or without -r. */
export function monXml(picture: Picture, request: string, options: MonOptions): string {
  const parts = [
    element('summary', {}, summary(picture, options.now)),
    element(
      'nodes',
      {},
      picture.nodes.map(node => nodeXml(node, picture)),
    ),
    element('resources', {}, resourcesXml(picture, options.inactive)),
    historyXml(picture),
    ...failuresXml(picture),
    ...(options.fencing ? [fenceHistory(options.fencing)] : []),
    ...bans(picture),
  ]
  return result(request, parts)
}

function summary(picture: Picture, now: number): Element[] {
  const { cib, options } = picture
  const members = picture.resources.flatMap(top => top.members)
  return [
    element('stack', { type: options.stack }),
    currentDc(picture),
    element('last_update', { time: ctime(now) }),
    element('last_change', {
      time: attribute(cib, 'cib-last-written'),
      user: attribute(cib, 'update-user'),
      client: attribute(cib, 'update-client'),
      origin: attribute(cib, 'update-origin'),
    }),
    element('nodes_configured', { number: String(picture.nodes.length) }),
    element('resources_configured', {
      number: String(members.length),
      disabled: String(members.filter(member => member.disabled).length),
      blocked: String(members.filter(isBlocked).length),
    }),
    element('cluster_options', {
      'stonith-enabled': String(options.stonithEnabled),
      'symmetric-cluster': String(options.symmetric),
      'no-quorum-policy': options.noQuorumPolicy,
      'maintenance-mode': String(options.maintenance),
      'stop-all-resources': String(options.stopAll),
      'stonith-timeout-ms': '60000',
      'priority-fencing-delay-ms': '0',
    }),
  ]
}

function currentDc(picture: Picture): Element {
  const dc = picture.nodes.find(node => node.name === picture.dc)
  if (!dc) return element('current_dc', { present: 'false' })
  return element('current_dc', {
    present: 'true',
    version: picture.options.version,
    name: dc.name,
    id: dc.id,
    with_quorum: String(picture.quorate),
    mixed_version: 'false',
  })
}

function nodeXml(node: PictureNode, picture: Picture): Element {
  const featureSet = node.online ? { feature_set: node.featureSet || '<3.15.1' } : {}
  return element('node', {
    name: node.name,
    id: node.id,
    online: String(node.online),
    standby: String(node.standby),
    standby_onfail: 'false',
    maintenance: String(node.maintenance),
    pending: String(node.pending),
    unclean: String(node.unclean),
    health: 'green',
    ...featureSet,
    shutdown: String(node.shutdown),
    expected_up: String(node.expectedUp),
    is_dc: String(node.dc),
    resources_running: String(running(picture, node.name)),
    type: 'member',
  })
}

/** Only constraints that keep a resource off a node; the newest first, as Pacemaker keeps its list. */
function bans(picture: Picture): Element[] {
  const found = picture.locations.filter(location => location.score < 0).reverse()
  if (found.length === 0) return []
  const entries = found.map(ban =>
    element('ban', {
      id: ban.id,
      resource: ban.resource,
      node: ban.node,
      weight: String(Math.max(-INFINITY_SCORE, ban.score)),
      'promoted-only': 'false',
      master_only: 'false',
    }),
  )
  return [element('bans', {}, entries)]
}
