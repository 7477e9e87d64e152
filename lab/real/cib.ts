import { GROUP_NAMES, GROUPS, type GroupName, groupAddresses, type LabNames } from './names.ts'

/**
 * The configuration each node finds on its disk at first start: options only. It cannot wait for `cibadmin`, because
 * `dc-deadtime` (20 s unless set) already delays the first election.
 */
export function firstCib(): string {
  const options = {
    // The lab has no fence device. Pacemaker would refuse to start any resource with fencing enabled and none configured.
    'stonith-enabled': 'false',
    'no-quorum-policy': 'stop',
    'dc-deadtime': '2s',
  }
  const cluster = nvpairs('cluster-options', options)
  const defaults = nvpairs('rsc-options', { 'resource-stickiness': '200' })
  return `<cib validate-with="pacemaker-3.0" admin_epoch="0" epoch="1" num_updates="0">
  <configuration>
    <crm_config><cluster_property_set id="cluster-options">${cluster}</cluster_property_set></crm_config>
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
  const addresses = groupAddresses(names)
  const groups = GROUP_NAMES.map(group => groupXml(group, addresses[group]))
  const preferences = GROUP_NAMES.map(
    group => `<rsc_location id="prefer-${group}" rsc="${group}" node="${GROUPS[group].prefers}" score="100"/>`,
  )
  return `<configuration><resources>${groups.join('')}</resources><constraints>${preferences.join('')}</constraints></configuration>`
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
