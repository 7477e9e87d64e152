import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ToolReply } from '../../../../lab/simulated/stack-model.ts'

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/** The version of the tools this machine has, or "". */
function installedVersion(): string {
  const { stdout } = spawnSync('crm_mon', ['--version'], { encoding: 'utf8', env: { PATH } })
  return /Pacemaker (\S+)/.exec(stdout ?? '')?.[1] ?? ''
}

export const GENUINE_VERSION = installedVersion()

/** Skip only where nobody promised the tools: in CI their absence is a failure. */
export const WITHOUT_GENUINE = GENUINE_VERSION !== '2.1.5' && process.env['CI'] !== 'true'
if (WITHOUT_GENUINE) {
  process.stderr.write(
    `skipped: comparison with the real tools needs Pacemaker 2.1.5 (found: ${GENUINE_VERSION || 'none'})\n`,
  )
}

/** A folder with one CIB file for the real tools. */
export interface GenuineCib {
  readonly file: string
  run(tool: string, ...args: string[]): ToolReply
  remove(): void
}

export function genuineCib(text: string): GenuineCib {
  const folder = mkdtempSync(join(tmpdir(), 'genuine-cib-'))
  const file = join(folder, 'cib.xml')
  writeFileSync(file, text)
  return {
    file,
    run(tool, ...args) {
      const env = { PATH, CIB_file: file, HOME: folder, TZ: 'UTC' }
      const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', env, cwd: folder, timeout: 20_000 })
      return { exitCode: status ?? -1, stdout, stderr }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Without the one thing that differs by nature: when it was looked at. */
export function timeless(text: string): string {
  return text.replace(/<last_update time="[^"]*"\/>/, '').replace(/Last updated: .*/, '')
}
