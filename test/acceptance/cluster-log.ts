import type { LoggedCall } from '../../lab/simulated/shell/call-log.ts'
import type { SimulatedWorld } from '../../lab/simulated/world.ts'

const CHANGING = [/^crm_resource .*--(move|clear|ban)\b/, /^crm_standby .*--(update|delete)\b/, /^stonith_admin\b/]

/** Calls that changed the live cluster, in the order they came; what runs on a copy of the configuration is not among them. */
export function changes(world: SimulatedWorld): readonly LoggedCall[] {
  return world.control
    .calls()
    .filter(call => call.cibFile === '' && CHANGING.some(one => one.test(call.argv.join(' '))))
}

export function lines(calls: readonly LoggedCall[]): readonly string[] {
  return calls.map(({ node, argv }) => `${node}: ${argv.join(' ')}`)
}

/** Whether the group runs there and nothing is under way. */
export async function runsOn(world: SimulatedWorld, group: string): Promise<string> {
  const { stdout } = await world.inspect('node1', `crm_resource --locate --resource ${group}`)
  return /is running on: (\S+)/.exec(stdout)?.[1] ?? ''
}
