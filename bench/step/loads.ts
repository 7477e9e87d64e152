/** A read-only script, and what it must come to for its time to count. */
export interface Load {
  readonly name: string
  readonly script: string
  readonly stdoutBytes: number
}

export const LOADS: readonly Load[] = [
  { name: 'true', script: 'true', stdoutBytes: 0 },
  { name: '1 MB', script: 'head -c 1000000 /dev/zero', stdoutBytes: 1_000_000 },
]

/** A wrong answer must not count as a fast one. */
export function mustBe(load: Load, done: { readonly exitCode: number; readonly stdoutBytes: number }): void {
  if (done.exitCode === 0 && done.stdoutBytes === load.stdoutBytes) return
  throw new Error(
    `"${load.script}" ended with ${done.exitCode} and ${done.stdoutBytes} bytes, not 0 and ${load.stdoutBytes}`,
  )
}
