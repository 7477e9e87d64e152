import type { SimulatedWorld } from '../../lab/simulated/world.ts'

type Control = SimulatedWorld['control']

const CHANGING =
  /^(?:crm_resource --(?:move|clear|cleanup|ban)|crm_standby .*--(?:update|delete)|crm_attribute .*--(?:update|delete)|stonith_admin --(?:reboot|fence|confirm)|service \S+ st(?:art|op))/

/** Orders that reached the cluster since that many calls; what ran on a copy of the configuration is not among them. */
export function changesSince(control: Control, seen: number): string[] {
  const calls = control.calls().slice(seen)
  return calls.filter(({ cibFile, argv }) => cibFile === '' && CHANGING.test(argv.join(' '))).map(asText)
}

function asText({ node, argv }: { readonly node: string; readonly argv: readonly string[] }): string {
  const text = argv.join(' ')
  return text.startsWith('service ') ? `${node}: ${text}` : text
}

/** Where the parts of a group are, as the cluster sees it. */
export function place(control: Control, group: string): string {
  const members = control.state().picture.resources.find(({ id }) => id === group)?.members ?? []
  return [...new Set(members.flatMap(({ active }) => active.map(({ node }) => node)))].sort().join(',')
}
