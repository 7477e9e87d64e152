import { expect } from 'vitest'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Problem } from '../../src/problem.ts'

export async function load(text: string, file = '/etc/ha/ha.yaml') {
  return await loadConfig({ path: file, env: { HOME: '/home/ops' }, readFile: async () => text })
}
export async function loaded(text: string): Promise<Config> {
  const result = await load(text)
  expect(result.ok ? [] : result.problems).toEqual([])
  if (!result.ok) throw new Error('not loaded')
  return result.value
}
export async function mistakes(text: string): Promise<readonly Problem[]> {
  const result = await load(text)
  return result.ok ? [] : result.problems
}
/** `line:column message → suggestion`. */
export async function lines(text: string): Promise<string[]> {
  return (await mistakes(text)).map(
    ({ place, message, suggestion }) =>
      `${place?.line}:${place?.column} ${message}${suggestion ? ` → ${suggestion}` : ''}`,
  )
}

export const CLUSTER = `
clusters:
  pvfs:
    stack: pacemaker
    ssh: { user: haops, agent: true }
    nodes: { node1: { address: 192.0.2.11 }, node2: { address: 192.0.2.12 } }
`
