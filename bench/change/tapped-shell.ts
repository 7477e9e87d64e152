import type { Execution, Shell } from '../../src/runs/ports.ts'

/** What was said to a node and how long the answer took: `put`, or the runner's verb. */
export interface Said {
  readonly what: string
  readonly ms: number
}

export interface TappedShell extends Shell {
  /** What was said since this was last asked. */
  said(): readonly Said[]
}

/** A shell that times every exec. */
export function tappedShell(shell: Shell): TappedShell {
  let said: Said[] = []
  return {
    said: () => {
      const all = said
      said = []
      return all
    },
    execute: async execution => {
      const startedAt = performance.now()
      const result = await shell.execute(execution)
      said.push({ what: nameOf(execution), ms: performance.now() - startedAt })
      return result
    },
  }
}

function nameOf({ call, stdin }: Execution): string {
  return call?.[1] ?? (stdin ? 'put' : 'script')
}
