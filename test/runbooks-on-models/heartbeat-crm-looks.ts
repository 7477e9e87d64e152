import type { HeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'

type Control = HeartbeatCrmWorld['control']

const CHANGING =
  /^(?:crm_resource -[MUC]|crm_standby -[UD]|crm_failcount -D|crm_attribute .* -v|stonith .* -T|meatclient|\/etc\/init\.d\/heartbeat st(?:art|op))/

/** Orders that reached the cluster since that many calls, temporary names left out. */
export function changesSince(control: Control, seen: number): string[] {
  const lines = control
    .calls()
    .slice(seen)
    .map(call => call.argv.join(' ').replace(/-F \S+/, '-F FILE'))
  return lines.filter(line => CHANGING.test(line) && !/ -G/.test(line))
}

/** Where the parts of a group run. */
export function place(control: Control, group: string): string {
  const { running } = control.state()
  const names = Object.keys(running).filter(name => name === group || name.startsWith(`${group}_`))
  return [...new Set(names.flatMap(name => running[name] ?? []))].sort().join(',')
}
