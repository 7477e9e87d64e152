import { missingText, packagesOf, skippedText } from './advice.js'
import { installPackages } from './apt.js'
import { isDebian, isRoot } from './machine.js'
import { needsOf } from './needs.js'
import { areModulesCurrent, installModules, NPM_COMMAND } from './node-modules.js'
import { nodeTooOld } from './node-version.js'

/** Brings this computer to where the purpose works. Gives the exit code; says nothing when everything is there. */
export function prepare(machine, wish, say) {
  const tooOld = nodeTooOld(machine)
  if (tooOld) return refuse(say, tooOld)
  if (!areModulesCurrent(machine)) {
    say(`${wish.dryRun ? 'Would run' : 'Running'} ${NPM_COMMAND} …`)
    const failure = wish.dryRun ? undefined : installModules(machine)
    if (failure)
      return refuse(say, `${failure}\nThe npm packages could not be installed. Mend that and run this again.`)
  }
  return prepareSystem(machine, wish, say)
}

function prepareSystem(machine, wish, say) {
  if (isRoot(machine) && isDebian(machine)) {
    for (const level of wish.everything ? ['must', 'should', 'ci'] : ['must', 'should']) {
      const needs = missingOf(machine, wish).filter(need => need.level === level && !need.impossible)
      if (needs.length > 0) install(machine, packagesOf(needs, 'apt'), wish, say)
    }
    if (wish.dryRun) return 0
  }
  return conclude(machine, wish, say)
}

function install(machine, packages, wish, say) {
  say(`${wish.dryRun ? 'Would install' : 'Installing'} ${packages.join(', ')} (apt-get) …`)
  const failure = wish.dryRun ? undefined : installPackages(machine, packages)
  if (failure) say(failure)
}

function conclude(machine, wish, say) {
  const missing = missingOf(machine, wish)
  const stopping = missing.filter(need => need.level === 'must' || (wish.everything && !need.impossible))
  for (const need of missing) if (!stopping.includes(need)) say(skippedText(machine, need))
  return stopping.length > 0 ? refuse(say, missingText(machine, stopping)) : 0
}

function missingOf(machine, wish) {
  return needsOf(machine, wish.purpose, wish).filter(need => need.missing.length > 0)
}

function refuse(say, text) {
  say(text)
  return 1
}
