import { statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { refusal, reply } from '../../stack-model.ts'
import { nodeNamed } from '../state.ts'
import type { Tool } from './tool.ts'

/** What heartbeat writes belongs to it. */
const USUAL = 'hacluster:haclient'

/** `stat -c FORMAT FILE` with %U, %G and %a: no account of the lab is hacluster, so owners are what the model remembers. */
export const stat: Tool = (live, { node, args, cwd }) => {
  const [, format = '', path = ''] = args
  const place = isAbsolute(path) ? path : join(cwd, path)
  const mode = modeOf(place)
  if (mode === undefined) return refusal(1, `stat: cannot stat '${path}': No such file or directory`)
  const [user = '', group = ''] = (nodeNamed(live, node).owners.get(keyOf(place)) ?? USUAL).split(':')
  return reply(`${format.replaceAll('%U', user).replaceAll('%G', group).replaceAll('%a', mode)}\n`)
}

/** `chown [-R] USER:GROUP PATH…` */
export const chown: Tool = (live, { node, args, cwd }) => {
  const [owner = '', ...paths] = args.filter(arg => !arg.startsWith('-'))
  for (const path of paths) {
    const place = isAbsolute(path) ? path : join(cwd, path)
    if (modeOf(place) === undefined) return refusal(1, `chown: cannot access '${path}': No such file or directory`)
    nodeNamed(live, node).owners.set(keyOf(place), owner)
  }
  return reply('')
}

/** Without the folder that stands for the node's root. */
export function keyOf(place: string): string {
  return place.replace(/^.*\/\.root(?=\/)/, '')
}

function modeOf(place: string): string | undefined {
  try {
    return (statSync(place).mode & 0o777).toString(8)
  } catch {
    return undefined
  }
}
