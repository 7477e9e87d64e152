import { PACEMAKER_QUERIES } from '../../src/clusters/stacks/pacemaker/queries.ts'
import { FIRST_STEP_COMMAND, type NodeTools } from '../ha-bot/node-tools.ts'
import type { Contender } from '../measure/rounds.ts'
import type { BareConnection } from '../ssh/bare.ts'

export const BARE_COMMAND = 'ssh2 alone: exec → first command on a node'
export const BARE_STEP = 'ssh2 alone: the same status commands, then the step’s'

/** The floor of everything: one command on a connection that is there. */
export function bareCommand(connection: BareConnection, tools: NodeTools): Contender {
  return async () => {
    await tools.forget()
    const startedAt = Date.now()
    await connection.exec(FIRST_STEP_COMMAND)
    return { [BARE_COMMAND]: (await firstStep(tools)) - startedAt }
  }
}

/** The floor of reading two witnesses before the step: the same commands over two kept connections, nothing read, judged or written. */
export function bareRead(connections: readonly BareConnection[], tools: NodeTools): Contender {
  return async () => {
    await tools.forget()
    const startedAt = Date.now()
    await Promise.all(connections.flatMap(each => PACEMAKER_QUERIES.map(query => each.exec(query.script))))
    await connections[0]?.exec(FIRST_STEP_COMMAND)
    return { [BARE_STEP]: (await firstStep(tools)) - startedAt }
  }
}

async function firstStep(tools: NodeTools): Promise<number> {
  const stamp = (await tools.stamps()).find(({ command }) => command === FIRST_STEP_COMMAND)
  if (!stamp) throw new Error('the command never ran')
  return stamp.atMs
}
