import { isRoot } from './machine.js'
import { needsOf } from './needs.js'
import { areModulesCurrent } from './node-modules.js'
import { nodeTooOld } from './node-version.js'

/** What is there and what is not, one line each. */
export function inventoryText(machine) {
  const rows = [
    ['Node', nodeTooOld(machine) ? `${machine.node}, too old` : machine.node],
    ['npm packages', areModulesCurrent(machine) ? 'as package-lock.json lists them' : 'not installed, or not current'],
    ['user', isRoot(machine) ? 'root' : 'not root'],
    ...needsOf(machine, 'test', { real: false }).map(need => [
      need.name,
      need.found ?? `missing: ${need.missing.join(', ')}`,
    ]),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n')
}
