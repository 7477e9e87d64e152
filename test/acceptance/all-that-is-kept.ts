import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../../lab/slack/workspace.ts'
import type { Core } from '../../src/app.ts'

export interface Keepers {
  readonly core: Core
  readonly workspace: Workspace
  /** Where ha-bot and its Redis write. */
  readonly folders: readonly string[]
}

/** Everything that ha-bot has written into folders, Redis and Slack, by place. */
export async function allThatIsKept({
  core,
  workspace: { control },
  folders,
}: Keepers): Promise<Record<string, string>> {
  const places: Record<string, string> = {}
  for (const folder of folders)
    for (const file of await filesBelow(folder)) places[file] = (await readFile(file)).toString('latin1')
  for (const key of await core.redis.redis.keys('*')) places[`Redis ${key}`] = await contentOf(core, key)
  places['Slack: messages'] = JSON.stringify(control.messages())
  places['Slack: what was sent'] = JSON.stringify(control.log())
  for (const { id, name, text } of control.files()) places[`Slack: ${name} ${id}`] = text
  return places
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

async function contentOf({ redis: { redis: client } }: Core, key: string): Promise<string> {
  switch (await client.type(key)) {
    case 'string':
      return (await client.get(key)) ?? ''
    case 'hash':
      return JSON.stringify(await client.hgetall(key))
    case 'list':
      return JSON.stringify(await client.lrange(key, 0, -1))
    case 'set':
      return JSON.stringify(await client.smembers(key))
    case 'zset':
      return JSON.stringify(await client.zrange(key, '0', '-1'))
    default:
      return JSON.stringify(await client.xrange(key, '-', '+'))
  }
}
