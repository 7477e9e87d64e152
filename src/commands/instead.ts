import type { Stack } from '../clusters/inventory.ts'

/** What a stack does not have, and what does the same work there; by the first words of the command (ha-stacks.md §9). */
const INSTEAD: Readonly<Record<Stack, Readonly<Record<string, string>>>> = {
  pacemaker: {
    'install cib': 'A running Pacemaker takes a configuration by itself: cibadmin --replace, on one node.',
  },
  'heartbeat-crm': {},
  heartbeat: {
    unstandby:
      'A standby is a hand-over and nothing that lasts: the node takes groups again. /ha failover <group> moves one back.',
    clear: 'A hand-over leaves nothing behind that would have to be cleared.',
    cleanup: 'It keeps no list of failures: mend the script of the resource, then /ha failover <group>.',
    maintenance:
      'There is no such state: a Heartbeat that is stopped stops what it runs. Move the groups away first: /ha standby <node>.',
    'verify cib': 'It has no CIB; /ha verify config compares ha.cf, haresources and authkeys.',
    'install cib': 'It has no CIB; groups stand in haresources, on both nodes alike.',
  },
  rgmanager: {
    standby:
      'It has no standby. /ha failover <group> moves each service off the node; `service rgmanager stop` there keeps all away.',
    unstandby: 'It has no standby to come back from. A node takes services as long as rgmanager runs there.',
    clear: 'A relocation leaves nothing behind that would have to be cleared.',
    'verify cib': 'It has no CIB; /ha verify config compares cluster.conf and lvm.conf.',
    'install cib': 'It has no CIB; cluster.conf is raised by config_version: cman_tool version -r.',
  },
}

/** What to say instead on this stack, if its lack of this command is known; `said` is the line without `/ha`. */
export function insteadOn(stack: Stack, said: string): string | undefined {
  const begins = (command: string) => said === command || said.startsWith(`${command} `)
  return Object.entries(INSTEAD[stack]).find(([command]) => begins(command))?.[1]
}
