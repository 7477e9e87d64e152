import type { Picture, PictureNode } from '../picture/types.ts'

/** The node list: one line for each node with something to say, then the plain ones together. */
export function nodeLines(picture: Picture): string[] {
  const special = picture.nodes.flatMap(node => {
    const word = nodeWord(node, picture)
    return word === '' ? [] : [`* Node ${node.name}: ${word}`]
  })
  const plain = picture.nodes.filter(node => nodeWord(node, picture) === '')
  return [
    ...special,
    ...together(
      'Online',
      plain.filter(node => node.online),
    ),
    ...together(
      'OFFLINE',
      plain.filter(node => !node.online),
    ),
  ]
}

function together(word: string, nodes: readonly PictureNode[]): string[] {
  return nodes.length === 0 ? [] : [`* ${word}: [ ${nodes.map(node => node.name).join(' ')} ]`]
}

/** What sets a node apart; "" for one that is simply online or offline. */
function nodeWord(node: PictureNode, picture: Picture): string {
  if (node.unclean) return uncleanWord(node)
  if (node.pending) return 'pending'
  if (node.standby && node.online) return runsSomething(node, picture) ? 'standby (with active resources)' : 'standby'
  if (node.standby) return 'OFFLINE (standby)'
  if (node.maintenance) return node.online ? 'maintenance' : 'OFFLINE (maintenance)'
  return ''
}

function uncleanWord(node: PictureNode): string {
  if (node.online) return 'UNCLEAN (online)'
  return node.pending ? 'UNCLEAN (pending)' : 'UNCLEAN (offline)'
}

function runsSomething(node: PictureNode, picture: Picture): boolean {
  return running(picture, node.name) > 0
}

/** How many primitives are active on a node. */
export function running(picture: Picture, node: string): number {
  return picture.resources
    .flatMap(top => top.members)
    .filter(member => member.active.some(where => where.node === node)).length
}
