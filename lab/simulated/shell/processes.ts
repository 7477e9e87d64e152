import { readdirSync, readFileSync } from 'node:fs'

/** Ends every process whose HOME is that folder: what was started there, and whatever it detached. Linux only; elsewhere nothing is found. */
export function endProcessesOf(home: string): void {
  // A process may start another between the look and the kill: look until none is left.
  for (let round = 0; round < 20; round += 1) {
    const found = processesOf(home)
    if (found.length === 0) return
    for (const pid of found) kill(pid)
  }
}

export function processesOf(home: string): number[] {
  const mark = `\0HOME=${home}\0`
  return pids().filter(
    pid => pid !== process.pid && isAlive(pid) && `\0${read(`/proc/${pid}/environ`)}\0`.includes(mark),
  )
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** A zombie has ended; only its parent can clear it away. */
function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== '' && !/\) Z /.test(stat)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Kills one process, or with a negative number its whole group; one that is gone is fine. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Already gone.
  }
}
