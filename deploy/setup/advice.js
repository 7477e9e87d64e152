import { findProgram, isDebian, isRoot } from './machine.js'

const MANAGERS = [
  { key: 'dnf', program: 'dnf', command: 'dnf install -y', needsRoot: true },
  { key: 'apk', program: 'apk', command: 'apk add', needsRoot: true },
  { key: 'pacman', program: 'pacman', command: 'pacman -S --needed', needsRoot: true },
  { key: 'brew', program: 'brew', command: 'brew install', needsRoot: false },
]

/** The one command that installs these needs on this computer, "" when we know none. */
function commandFor(machine, needs) {
  const sudo = isRoot(machine) ? '' : 'sudo '
  if (isDebian(machine)) {
    return `${sudo}apt-get install -y --no-install-recommends ${packagesOf(needs, 'apt').join(' ')}`
  }
  const manager = MANAGERS.find(({ program }) => findProgram(machine, [program]))
  if (!manager) return ''
  const packages = packagesOf(needs, manager.key)
  return packages.length === 0 ? '' : `${manager.needsRoot ? sudo : ''}${manager.command} ${packages.join(' ')}`
}

export function packagesOf(needs, key) {
  return [...new Set(needs.flatMap(need => need[key] ?? []))]
}

/** What stops the work: one sentence per need, and the command that mends all of them. */
export function missingText(machine, needs) {
  const sentences = needs.map(
    need => `${capital(need.name)} is missing (${need.missing.join(', ')}): needed for ${need.use}.`,
  )
  const mendable = needs.filter(need => !need.impossible)
  if (mendable.length === 0) return sentences.join('\n')
  const command = commandFor(machine, mendable)
  const names = mendable.flatMap(need => need.missing).join(', ')
  const next = command ? `Install it with:  ${command}` : `Install ${names} and run this again.`
  return [...sentences, next].join('\n')
}

/** What is done without: one line per need. */
export function skippedText(machine, need) {
  const command = need.impossible ? '' : commandFor(machine, [need])
  return `skipped: ${need.use} (missing: ${need.missing.join(', ')})${command ? `. To run them:  ${command}` : ''}`
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
