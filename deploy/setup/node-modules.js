import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ARGUMENTS = ['ci', '--ignore-scripts', '--no-fund', '--no-audit']
export const NPM_COMMAND = `npm ${ARGUMENTS.join(' ')}`

/** Whether node_modules is what package-lock.json says, as far as the stamp of the last installation tells. */
export function areModulesCurrent({ repository }) {
  const lock = join(repository, 'package-lock.json')
  /** npm's own note of what it installed; without it an installation was cut short. */
  const installed = join(repository, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return false
  const stamp = stampOf(repository)
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hashOf(lock)
  return statSync(installed).mtimeMs >= statSync(lock).mtimeMs
}

/** Installs what package-lock.json lists. Install scripts are not run: nothing here needs them. Undefined, or why it failed. */
export function installModules({ repository, env }) {
  const { error, status, stdout, stderr } = spawnSync('npm', ARGUMENTS, { cwd: repository, env, encoding: 'utf8' })
  if (error) return `npm could not be started: ${error.message}`
  if (status !== 0) return `${stdout}${stderr}`.trim().split('\n').slice(-12).join('\n')
  writeFileSync(stampOf(repository), hashOf(join(repository, 'package-lock.json')))
  return undefined
}

function stampOf(repository) {
  return join(repository, 'node_modules', '.ha-bot-lock-sha256')
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
