import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram } from './machine.js'

const INSTALL = ['install', '-y', '--no-install-recommends']
const PATIENT = ['-o', 'DPkg::Lock::Timeout=300']
const LIMIT_MS = 15 * 60_000

/** Installs Debian packages without asking and without letting them start services. Undefined, or why it failed. */
export function installPackages(machine, packages) {
  return withoutServices(machine, () => {
    if (hasNoLists(machine)) apt(machine, ['update'])
    if (apt(machine, [...INSTALL, ...packages]) === undefined) return undefined
    apt(machine, ['update']) // the lists may have been stale: once more with fresh ones
    return apt(machine, [...INSTALL, ...packages])
  })
}

function apt(machine, args) {
  const env = { ...machine.env, DEBIAN_FRONTEND: 'noninteractive' }
  const program = findProgram(machine, ['apt-get'])
  const { error, status, stdout, stderr } = spawnSync(program, [...PATIENT, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) return error.message
  return status === 0 ? undefined : `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n')
}

function hasNoLists({ root }) {
  const folder = `${root}/var/lib/apt/lists`
  return !existsSync(folder) || !readdirSync(folder).some(name => name.includes('_Packages'))
}

const START_NOTHING = '#!/bin/sh\n# Written by the set-up of ha-bot while it installs packages.\nexit 101\n'

/**
 * While `policy-rc.d` exits with 101, packages do not start services when they are installed. One that was there before is put back,
 * be it by the next run, when this one is killed.
 */
function withoutServices({ root }, work) {
  const file = `${root}/usr/sbin/policy-rc.d`
  const saved = `${file}.before-ha-bot`
  const stay = () => undefined
  for (const signal of SIGNALS) process.on(signal, stay)
  try {
    if (isSomebodyElses(file) && !existsSync(saved)) renameSync(file, saved)
    writeFileSync(file, START_NOTHING, { mode: 0o755 })
    return work()
  } finally {
    rmSync(file, { force: true })
    if (existsSync(saved)) renameSync(saved, file)
    for (const signal of SIGNALS) process.off(signal, stay)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

function isSomebodyElses(file) {
  return existsSync(file) && readFileSync(file, 'utf8') !== START_NOTHING
}
