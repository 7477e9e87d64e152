import { access, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { must } from '../../../lab/real/command.ts'
import type { World } from '../../../lab/world.ts'

/** The name all parts of a lab begin with, e.g. `hab7f`. */
export function prefixOf(world: World): string {
  return basename(dirname(world.knownHostsFile))
}

/** Ids of the processes that live in a lab's namespaces. */
export async function processesOf(prefix: string): Promise<string[]> {
  const namespaces = (await namespaceNames()).filter(name => name.startsWith(`${prefix}-`))
  const lists = await Promise.all(namespaces.map(async name => await must('ip', ['netns', 'pids', name])))
  return lists.flatMap(list => list.split('\n')).filter(Boolean)
}

/** What of a lab is still on this machine, each as a readable line; `processes` are those it had. */
export async function tracesOf(prefix: string, processes: readonly string[] = []): Promise<string[]> {
  const namespaces = (await namespaceNames()).filter(name => name.startsWith(prefix))
  const links = (await must('ip', ['-o', 'link', 'show'])).split('\n').filter(line => line.includes(prefix))
  const claims = (await exists(`/run/ha-bot-lab/${prefix}.json`)) ? [`claim ${prefix}`] : []
  const alive = await Promise.all(processes.map(async id => ((await lives(id)) ? [`process ${id}`] : [])))
  return [...namespaces, ...links, ...claims, ...alive.flat()]
}

/** A zombie is over: it only waits for the machine's process 1 to take note. */
async function lives(id: string): Promise<boolean> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => 'State: Z')
  return !/^State:\s*[ZX]/m.test(status)
}

export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

async function namespaceNames(): Promise<string[]> {
  const list = await must('ip', ['netns', 'list'])
  return list.split('\n').map(line => line.split(' ')[0] ?? '')
}
