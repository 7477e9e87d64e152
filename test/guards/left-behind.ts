import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Ends every process that has to do with a folder: by its environment, its words, its working folder or its open files. Taking a guard out
 * of the runner or of a stop may leave processes that no test knows of.
 */
export function endAllIn(folder: string): number {
  const found = readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
  const left = found.filter(pid => concerns(pid, folder)).map(Number)
  for (const pid of left) end(pid)
  return left.length
}

function concerns(pid: string, folder: string): boolean {
  const texts = ['environ', 'cmdline'].map(name => quietly(() => readFileSync(`/proc/${pid}/${name}`, 'latin1')))
  const files = quietly(() => readdirSync(`/proc/${pid}/fd`).join('\n')).split('\n')
  const links = ['cwd', ...files.map(file => `fd/${file}`)].map(name =>
    quietly(() => readlinkSync(`/proc/${pid}/${name}`)),
  )
  return [...texts, ...links].some(text => text.includes(folder))
}

function end(pid: number): void {
  quietly(() => String(process.kill(pid, 'SIGKILL')))
}

/** A process may be gone, or somebody else's. */
function quietly(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
