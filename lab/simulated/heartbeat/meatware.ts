import { announce, type Daemon, type Live, log } from './live.ts'

/** Whether ha.cf leaves this node to a person. Of several lines for the node that reads it, Heartbeat goes by the last [S]. */
export function asksPeople(live: Live, survivor: Daemon, lost: string): boolean {
  const lines = live.files(survivor.name).read('/etc/ha.d/ha.cf').split('\n')
  const own = lines
    .map(line => line.trim().split(/\s+/))
    .filter(([name, host = '']) => name === 'stonith_host' && ['*', survivor.name].includes(host))
  const [, , plugin, ...hosts] = own.at(-1) ?? []
  return plugin === 'meatware' && hosts.includes(lost)
}

/** The plugin's words, and its pipe on the node where it waits (ha-stacks.md §9.8) [S]. */
export function waitForPeople(live: Live, survivor: Daemon, lost: string, then: () => void): void {
  log(live, survivor, `CRIT: OPERATOR INTERVENTION REQUIRED to reset ${lost}.`)
  log(live, survivor, `CRIT: Run "meatclient -c ${lost}" AFTER power-cycling the machine.`)
  const files = live.files(survivor.name)
  files.write(pipeFor(lost), '')
  live.waiting.set(lost, () => {
    live.waiting.delete(lost)
    files.remove(pipeFor(lost))
    then()
  })
  announce(live)
}

export function pipeFor(node: string): string {
  return `/var/run/meatware.${node}`
}
