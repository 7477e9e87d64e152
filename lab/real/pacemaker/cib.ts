import { groupAddresses, type LabNames, type Seat } from '../names.ts'
import type { Fencing } from '../stack.ts'
import { GROUP_NAMES, GROUPS, type GroupName } from './groups.ts'

const OPTIONS = 'cluster-options'

/**
 * The configuration each node finds on its disk at first start: options only. It cannot wait for `cibadmin`, because
 * `dc-deadtime` (20 s unless set) already delays the first election.
 */
export function firstCib(): string {
  const options = {
    // Pacemaker would refuse to start any resource with fencing enabled and no device; and the first two nodes would fence the third.
    'stonith-enabled': 'false',
    'no-quorum-policy': 'stop',
    'dc-deadtime': '2s',
  }
  const defaults = nvpairs('rsc-options', { 'resource-stickiness': '200' })
  return `<cib validate-with="pacemaker-3.0" admin_epoch="0" epoch="1" num_updates="0">
  <configuration>
    <crm_config><cluster_property_set id="${OPTIONS}">${nvpairs(OPTIONS, options)}</cluster_property_set></crm_config>
    <nodes/>
    <resources/>
    <constraints/>
    <rsc_defaults><meta_attributes id="rsc-options">${defaults}</meta_attributes></rsc_defaults>
  </configuration>
  <status/>
</cib>
`
}

/** The groups and their preferences, for `cibadmin --modify`: in one change, so that nothing starts on a node it does not prefer. */
export function groupsConfiguration(names: LabNames): string {
  const addresses = groupAddresses(names, GROUP_NAMES)
  const groups = GROUP_NAMES.map(group => groupXml(group, addresses[group]))
  const preferences = GROUP_NAMES.map(
    group => `<rsc_location id="prefer-${group}" rsc="${group}" node="${GROUPS[group].prefers}" score="100"/>`,
  )
  return `<resources>${groups.join('')}</resources><constraints>${preferences.join('')}</constraints>`
}

/** A fence device for each node, never on the node itself, and fencing turned on: for a change of its own, beside the groups. */
export function fencingConfiguration(seats: readonly Seat[], fencing: Fencing): string {
  const devices = seats.map(seat => deviceXml(seat, fencing))
  const elsewhere = seats.map(
    ({ name, number }) =>
      `<rsc_location id="fence${number}-elsewhere" rsc="fence${number}" node="${name}" score="-INFINITY"/>`,
  )
  const on = nvpairs(OPTIONS, { 'stonith-enabled': 'true' })
  return `<crm_config><cluster_property_set id="${OPTIONS}">${on}</cluster_property_set></crm_config>
<resources>${devices.join('')}</resources><constraints>${elsewhere.join('')}</constraints>`
}

function deviceXml({ name, number, bmcAddress }: Seat, { user, passwordFile }: Fencing): string {
  const id = `fence${number}`
  const parameters = nvpairs(`${id}-parameters`, {
    ip: bmcAddress,
    username: user,
    // Not `password`: whoever may read the configuration would read it.
    passwd_script: `cat ${passwordFile}`,
    lanplus: '1',
    // ipmitool would first ask for the suites, which the simulator does not answer: 10 s for each call.
    cipher: '3',
    pcmk_host_list: name,
  })
  return `<primitive id="${id}" class="stonith" type="fence_ipmilan">
<instance_attributes id="${id}-parameters">${parameters}</instance_attributes>
<operations><op id="${id}-monitor" name="monitor" interval="60s" timeout="30s"/></operations>
</primitive>`
}

function groupXml(group: GroupName, address: string): string {
  const parameters = nvpairs(`${group}_address-parameters`, { ip: address, cidr_netmask: '24', nic: 'eth0' })
  return `<group id="${group}">
<primitive id="${group}_address" class="ocf" provider="heartbeat" type="IPaddr2">
<instance_attributes id="${group}_address-parameters">${parameters}</instance_attributes>
<operations><op id="${group}_address-monitor" name="monitor" interval="5s" timeout="20s"/></operations>
</primitive>
<primitive id="${group}_daemon" class="ocf" provider="pacemaker" type="Dummy">
<operations><op id="${group}_daemon-monitor" name="monitor" interval="5s" timeout="20s"/></operations>
</primitive>
</group>`
}

function nvpairs(owner: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<nvpair id="${owner}-${name}" name="${name}" value="${value}"/>`)
    .join('')
}
