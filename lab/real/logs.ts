import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const LOGS = ['console.log', 'var/log/sshd.log']
const LINES = 15

/** The last lines of each node's logs, from its disk in `folder`: for the message of a lab that did not come up. */
export async function logTails(folder: string, nodes: readonly string[], more: readonly string[]): Promise<string> {
  const files = nodes.flatMap(node => [...LOGS, ...more].map(log => join(node, log)))
  const tails = await Promise.all(files.map(async file => await tail(folder, file)))
  return tails.filter(text => text !== '').join('\n')
}

async function tail(folder: string, file: string): Promise<string> {
  const text = (await readFile(join(folder, file), 'utf8').catch(() => '')).trimEnd()
  return text && `--- ${file}\n${text.split('\n').slice(-LINES).join('\n')}`
}
