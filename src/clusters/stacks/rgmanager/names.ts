/** `serv` of `service:serv`: what a person types. */
function bare(fullName: string): string {
  return fullName.slice(fullName.indexOf(':') + 1)
}

/** Names of groups by rgmanager's names: without their kind, unless a service and a virtual machine share one. */
export function groupNames(fullNames: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(fullNames)]
  const isShared = (name: string) => all.filter(other => bare(other) === bare(name)).length > 1
  return new Map(all.map(name => [name, isShared(name) ? name : bare(name)]))
}
