import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Undefined when this Node will do, else what to say. The floor stands in package.json. */
export function nodeTooOld({ node, repository }) {
  const { engines } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  const floor = engines.node.replace(/^>=\s*/, '')
  if (!isBelow(node, floor)) return undefined
  return `ha-bot needs Node ${floor} or later; this is ${node}. Install a newer one (nodejs.org, or your distribution's) and run this again.`
}

function isBelow(version, floor) {
  const [mine, theirs] = [version, floor].map(text => text.split('.').map(Number))
  for (const [index, part] of theirs.entries()) {
    if (mine[index] !== part) return (mine[index] ?? 0) < part
  }
  return false
}
