import { execFileSync } from 'node:child_process'
import { describe } from 'vitest'

/** What /bin/sh is somewhere. Each is driven for real; all of them must be there in CI. */
const SHELLS = ['dash', 'bash', 'ksh', 'mksh', 'busybox sh'] as const

export type ShellName = (typeof SHELLS)[number]

function isInstalled(shell: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${shell.split(' ')[0]}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A chapter of tests for every shell that is installed; what is missing is named. */
export function describeShells(
  title: string,
  tests: (shell: ShellName) => void,
  shells: readonly ShellName[] = SHELLS,
): void {
  for (const shell of shells) {
    const isThere = isInstalled(shell) || process.env['CI'] !== undefined
    describe.skipIf(!isThere)(`${title}, under ${shell}${isThere ? '' : ' (not installed)'}`, () => tests(shell))
  }
}
