import { copyOf, type Element, element } from '../../xml/element.ts'
import { pairs } from '../cib.ts'
import type { LabNode, Live } from '../state.ts'
import { dcSeenFrom, isQuorate, seenFrom } from '../view.ts'

/** The CIB that one node keeps, status section included. */
export function cibOf(live: Live, from: string): Element {
  const cib = copyOf(live.cib)
  live.ownCopy.get(from)?.(cib)
  cib.attributes['have_quorum'] = String(isQuorate(live, from))
  cib.attributes['num_peers'] = String(live.nodes.size)
  cib.attributes['dc_uuid'] = live.nodes.get(dcSeenFrom(live, from))?.uuid ?? ''
  const states = [...live.nodes.values()].map(node => nodeState(live, from, node))
  cib.children = [...cib.children.filter(child => child.name !== 'status'), element('status', {}, states)]
  return cib
}

function nodeState(live: Live, from: string, node: LabNode): Element {
  const seen = seenFrom(live, from, node)
  const counts = Object.fromEntries([...node.failCounts].map(([name, count]) => [`fail-count-${name}`, count]))
  const attributes = element('transient_attributes', { id: node.uuid }, [
    pairs('instance_attributes', `status-${node.uuid}`, counts),
  ])
  return element(
    'node_state',
    {
      id: node.uuid,
      uname: node.name,
      ha: seen === 'down' ? 'dead' : 'active',
      in_ccm: String(seen !== 'down'),
      crmd: seen === 'down' ? 'offline' : 'online',
      join: seen,
      expected: seen === 'down' && live.half.size > 0 ? 'member' : node.expected,
    },
    [attributes, element('lrm', { id: node.uuid }, [element('lrm_resources')])],
  )
}
