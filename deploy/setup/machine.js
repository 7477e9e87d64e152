import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * What this script knows about the computer: who runs it, where files are looked for, and the repository it prepares.
 * HA_SETUP_MACHINE (JSON) describes another one, so that tests can play a computer on which things are missing.
 */
export function thisMachine(env = process.env) {
  const here = {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    node: process.versions.node,
    /** Stands before every absolute path that is looked at. */
    root: '',
    repository: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  }
  return { ...here, env, ...JSON.parse(env.HA_SETUP_MACHINE ?? '{}') }
}

/** Programs of the administrator are often not in a user's PATH. */
const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin']

/** Full path of the first of these programs that is there, else undefined. */
export function findProgram(machine, names) {
  const usual = USUAL_FOLDERS.map(folder => machine.root + folder)
  const folders = [...(machine.env.PATH ?? '').split(delimiter).filter(Boolean), ...usual]
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(path => existsSync(path))
}

export function isRoot(machine) {
  return machine.uid === 0
}

export function isDebian(machine) {
  return existsSync(`${machine.root}/etc/debian_version`) && findProgram(machine, ['apt-get']) !== undefined
}
