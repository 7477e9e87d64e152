import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, isRoot } from './machine.js'

/**
 * `use` is what it is for. `must`: without it nothing works. `should`: installed where that can be done at once, else its tests are skipped.
 * `ci`: large; installed where every test has to run (CI, --real), else its tests are skipped.
 */
const REDIS = {
  name: 'Redis',
  level: 'must',
  programs: ['redis-server', 'valkey-server'],
  apt: ['redis-server'],
  dnf: ['valkey'],
  apk: ['valkey'],
  pacman: ['valkey'],
  brew: ['redis'],
  use: 'the queue and the journal',
}
const SSH_CLIENT = {
  name: 'the OpenSSH client',
  level: 'must',
  programs: ['ssh-keygen'],
  apt: ['openssh-client'],
  dnf: ['openssh-clients'],
  apk: ['openssh-client'],
  pacman: ['openssh'],
  brew: ['openssh'],
  use: 'the signatures of people',
}
const SSH_SERVER = {
  name: 'the OpenSSH server',
  level: 'should',
  programs: ['sshd'],
  apt: ['openssh-server'],
  dnf: ['openssh-server'],
  apk: ['openssh-server'],
  pacman: ['openssh'],
  brew: ['openssh'],
  use: 'tests against a real sshd',
}
const SHELLCHECK = {
  name: 'shellcheck',
  level: 'should',
  programs: ['shellcheck'],
  apt: ['shellcheck'],
  dnf: ['ShellCheck'],
  apk: ['shellcheck'],
  pacman: ['shellcheck'],
  brew: ['shellcheck'],
  use: 'the check of the shell scripts',
}
const CHROMIUM = {
  name: 'Chromium',
  level: 'ci',
  programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  apt: ['chromium'],
  dnf: ['chromium'],
  apk: ['chromium'],
  pacman: ['chromium'],
  brew: ['chromium'],
  use: 'tests of the Slack page in a browser',
}
const OTHER_SHELLS = ['ksh', 'mksh', 'busybox', 'zsh', 'fish', 'tcsh']
/** What cluster nodes may have as /bin/sh or as login shell: all of them. */
const SHELLS = {
  name: 'other shells',
  level: 'should',
  every: true,
  programs: OTHER_SHELLS,
  apt: OTHER_SHELLS,
  dnf: OTHER_SHELLS,
  apk: OTHER_SHELLS,
  pacman: OTHER_SHELLS,
  brew: OTHER_SHELLS,
  use: 'tests of the runner on nodes under other shells',
}

const PS = {
  name: 'ps',
  level: 'should',
  programs: ['ps'],
  apt: ['procps'],
  dnf: ['procps-ng'],
  apk: ['procps'],
  pacman: ['procps-ng'],
  brew: [],
  use: 'tests that look at processes',
}
const OPENSSL = {
  name: 'openssl',
  level: 'should',
  programs: ['openssl'],
  apt: ['openssl'],
  dnf: ['openssl'],
  apk: ['openssl'],
  pacman: ['openssl'],
  brew: ['openssl'],
  use: 'the test that a sealed bundle is verified by others as well',
}

const NEEDED_FOR = {
  demo: [REDIS],
  test: [REDIS, SSH_CLIENT, SSH_SERVER, SHELLCHECK, SHELLS, PS, OPENSSL, CHROMIUM],
  check: [],
}
export const PURPOSES = Object.keys(NEEDED_FOR)

/** Everything that a purpose needs, each with what is missing of it: `missing` holds names of programs or packages. */
export function needsOf(machine, purpose, { real }) {
  const programs = NEEDED_FOR[purpose].map(need => {
    if (need.every) return everyOf(machine, need)
    const found = findProgram(machine, need.programs)
    return { ...need, found, missing: found ? [] : [need.programs[0]] }
  })
  const lab = purpose === 'test' || real ? [labNeed(machine, real)] : []
  return [...programs, ...lab]
}

/** Packages are named like their programs. */
function everyOf(machine, need) {
  const missing = need.programs.filter(name => !findProgram(machine, [name]))
  const found = missing.length === 0 ? need.programs.join(', ') : undefined
  return { ...need, ...(found ? {} : { apt: missing }), found, missing }
}

/** Real cluster daemons in namespaces: Linux, root, and Debian's packages. */
function labNeed(machine, real) {
  const packages = labPackages(machine)
  const installed = installedPackages(machine)
  const missing = packages.filter(name => !installed.has(name))
  const possible = machine.platform === 'linux' && isRoot(machine)
  return {
    name: 'the lab of real clusters',
    level: real ? 'must' : 'ci',
    apt: missing,
    found: possible && missing.length === 0 ? `${packages.length} packages` : undefined,
    missing: possible ? missing : ['root on Linux'],
    impossible: !possible,
    use: real ? 'real daemons in namespaces' : 'tests with real cluster daemons',
  }
}

function labPackages(machine) {
  const file = join(machine.repository, 'deploy', 'debian-lab-packages.txt')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.map(line => line.replace(/#.*/, '').trim()).filter(Boolean)
}

/** Names of the packages that dpkg has installed; read from its own file, which is much faster than asking it. */
function installedPackages(machine) {
  const file = `${machine.root}/var/lib/dpkg/status`
  if (!existsSync(file)) return new Set()
  const blocks = readFileSync(file, 'utf8').split('\n\n')
  const installed = blocks.filter(block => block.includes('\nStatus: install ok installed'))
  return new Set(installed.map(block => /^Package: (.+)$/m.exec(block)?.[1]))
}
