import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'

const SETUP = fileURLToPath(new URL('../../deploy/setup.js', import.meta.url))
export const LAB = ['corosync', 'pacemaker']
export let folder = ''

/** Each test has a computer made of a folder: nothing of the real one is found or changed. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-setup-'))
  await put('repo/package.json', '{ "engines": { "node": ">=20.19" } }')
  await put('repo/package-lock.json', '{}')
  await put('repo/node_modules/.package-lock.json', '{}')
  await put('repo/deploy/debian-lab-packages.txt', `# for the lab\n${LAB.join('\n')}\n`)
  await mkdir(join(folder, 'bin'))
  await mkdir(join(folder, 'root/usr/sbin'), { recursive: true })
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

export async function put(name: string, text: string, mode = 0o644): Promise<void> {
  const file = join(folder, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  await chmod(file, mode)
}
export async function program(name: string, body = ''): Promise<void> {
  await put(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755)
}
export async function debian(installed: readonly string[] = []): Promise<void> {
  await put('root/etc/debian_version', '12\n')
  await put('root/var/lib/apt/lists/deb_Packages', '')
  await put(
    'root/var/lib/dpkg/status',
    installed.map(name => `Package: ${name}\nStatus: install ok installed\n`).join('\n'),
  )
}
interface Played {
  readonly uid?: number
  readonly node?: string
  readonly platform?: string
  readonly env?: Record<string, string>
}

export async function setup(args: readonly string[], { env = {}, ...machine }: Played = {}) {
  const described = { uid: 1000, platform: 'linux', node: '20.19.0', ...machine }
  const paths = { root: join(folder, 'root'), repository: join(folder, 'repo') }
  const child = spawn(process.execPath, [SETUP, ...args], {
    env: {
      PATH: join(folder, 'bin'),
      FOLDER: folder,
      HA_SETUP_MACHINE: JSON.stringify({ ...described, ...paths }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const exitCode = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { exitCode, out, err }
}
