import type { WorldGroup } from '../world.ts'
import { openService, type Service } from './service.ts'
import type { Serving } from './stack-model.ts'

/** Where the clients of a world reach its groups. */
export interface Services {
  /** The groups, with where clients reach them. */
  toGroups(groups: Readonly<Record<string, WorldGroup>>): Readonly<Record<string, WorldGroup>>
  cutOff(group: string, on: boolean): void
  close(): Promise<void>
}

export interface Surroundings {
  readonly isUp: (node: string) => boolean
  readonly problem: (error: unknown) => void
}

/** A door for each of `groups`, open while all of the group runs on a node that has power. */
export async function openServices(
  groups: readonly string[],
  serving: Serving,
  { isUp, problem }: Surroundings,
): Promise<Services> {
  const cut = new Set<string>()
  const doors = new Map<string, Service>()
  for (const group of groups) {
    doors.set(group, await openService(() => !cut.has(group) && isUp(serving.servedBy(group)), problem))
  }
  const look = () => {
    for (const door of doors.values()) door.look()
  }
  serving.watchers.add(look)
  look()
  await Promise.all([...doors.values()].map(async door => await door.settled()))
  return {
    toGroups: known => ({
      ...known,
      ...Object.fromEntries([...doors].map(([group, { address }]) => [group, { ...known[group], service: address }])),
    }),
    cutOff(group, on) {
      if (!doors.has(group)) throw new Error(`clients do not reach ${group} in this world`)
      if (on) cut.add(group)
      else cut.delete(group)
      look()
    },
    async close() {
      serving.watchers.delete(look)
      await Promise.all([...doors.values()].map(async door => await door.close()))
    },
  }
}
