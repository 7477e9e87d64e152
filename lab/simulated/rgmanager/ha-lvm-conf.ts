/**
 * The cluster.conf of "High-Availability Storage with HA-LVM" with what the article leaves open put right: fence devices that are used, a
 * second address that is one, the logical volume by the name it was made with, a version that was raised (ha-stacks.md §12).
 */
export const HA_LVM_CONF = `<?xml version="1.0"?>
<cluster name="lvm-cluster" config_version="2">
  <cman two_node="1" expected_votes="1"/>
  <clusternodes>
    <clusternode name="serv-0001" nodeid="1">
      <fence>
        <method name="1">
          <device name="ipmirecover1"/>
        </method>
      </fence>
    </clusternode>
    <clusternode name="serv-0002" nodeid="2">
      <fence>
        <method name="1">
          <device name="ipmirecover2"/>
        </method>
      </fence>
    </clusternode>
  </clusternodes>
  <logging debug="on"/>
  <dlm protocol="tcp" timewarn="500"/>
  <fencedevices>
    <fencedevice agent="fence_ipmilan" ipaddr="192.168.1.50" login="ADMIN" passwd="ADMIN" name="ipmirecover1"/>
    <fencedevice agent="fence_ipmilan" ipaddr="192.168.1.51" login="ADMIN" passwd="ADMIN" name="ipmirecover2"/>
  </fencedevices>
  <rm>
    <failoverdomains>
      <failoverdomain name="FD" ordered="1" restricted="0">
        <failoverdomainnode name="serv-0001" priority="1"/>
        <failoverdomainnode name="serv-0002" priority="2"/>
      </failoverdomain>
    </failoverdomains>
    <resources>
      <lvm name="lvm" vg_name="shared_vg" lv_name="ha_lv"/>
      <fs name="FS" device="/dev/shared_vg/ha_lv" force_fsck="0" force_unmount="1" fsid="64050" fstype="ext4" mountpoint="/mnt" options="" self_fence="0"/>
    </resources>
    <service autostart="1" domain="FD" name="serv" recovery="relocate">
      <lvm ref="lvm"/>
      <fs ref="FS"/>
    </service>
  </rm>
</cluster>
`

/** The configuration as the article prints it: both <fence> empty, ha-lv for ha_lv, an address that is none, version 1. */
export const ARTICLE_CONF = HA_LVM_CONF.replace('config_version="2"', 'config_version="1"')
  .replaceAll(/<fence>\s*<method[\s\S]*?<\/method>\s*<\/fence>/g, '<fence>\n      </fence>')
  .replace('192.168.1.51', '192.168.10')
  .replaceAll('ha_lv', 'ha-lv')

export const HA_LVM_LVM_CONF = `# What matters of /etc/lvm/lvm.conf.
global {
    # Type 3 uses built-in clustered locking.
    locking_type = 3
    use_lvmetad = 0
}
`
