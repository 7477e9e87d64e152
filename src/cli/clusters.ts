import { columns } from '../transcripts/columns.ts'
import { type CliContext, withConfig } from './context.ts'
import { doCommand } from './do.ts'

/** `ha clusters`: what is configured. */
export async function listClusters(context: CliContext): Promise<number> {
  return await withConfig(context, async ({ inventory }) => {
    const clusters = Object.values(inventory)
    if (context.out.json) context.out.say(JSON.stringify(clusters))
    else
      context.out.say(
        columns(clusters.map(({ name, stack, nodes }) => [name, stack, Object.keys(nodes).join(', ')])).join('\n'),
      )
    return 0
  })
}

/** `ha clusters status <cluster>`: the same as `ha do "status on <cluster>"`. */
export async function clusterStatus(context: CliContext, cluster: string): Promise<number> {
  return await doCommand(context, `status on ${cluster}`, {})
}
