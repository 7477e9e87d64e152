#!/bin/sh
# The first process of a lab node: builds the node's view of the machine, starts its daemons, then reaps for ever.
# Usage: node.sh NAME DISK, run by `unshare --mount --uts --pid --ipc --fork` inside the node's network namespace.
# DISK holds etc and var of the node; they outlive a power cut. File descriptor 3 tells the outside that the node is up.
set -eu
umask 022
name=$1
disk=$2

# /proc is still the machine's: this reads our process id as the outside knows it.
read -r outside_pid _ </proc/self/stat

mount --make-rprivate /
# A copy of another lab's namespace here would keep that namespace alive after its end.
umount -l /run/netns 2>/dev/null || true

# The machine is shared: a node may write to its own disk only. In this order, since a bind inherits "read-only".
mount --bind /etc/alternatives "$disk/etc/alternatives"
mount --rbind "$disk/etc" /etc
mount -o remount,bind,ro /etc/alternatives
mount --bind "$disk/var" /var
mount -o remount,bind,ro / || echo "the root file system stays writable"
mount -t tmpfs -o mode=0755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t proc proc /proc

# Pacemaker resets the machine through sysrq when it panics; from a node that would be the whole machine.
[ ! -e /proc/sysrq-trigger ] || mount --bind /dev/null /proc/sysrq-trigger
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
# A restarted node has a new boot id, as after a real reboot.
cat /proc/sys/kernel/random/uuid >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id

hostname "$name"
mkdir -p /run/sshd /run/lock/subsys /run/root /run/user
mkdir -m 1755 /run/resource-agents
cd /

/usr/sbin/sshd -D -E /var/log/sshd.log -f /etc/ha-lab/sshd_config 3>&- &
/bin/sh /etc/ha-lab/daemons.sh 3>&- || echo "the daemons did not start: $?"

echo "$outside_pid" >&3
exec 3>&-

# `wait` of a shell collects every child, also those it inherited; without this, zombies make restarts hang.
while :; do
  sleep 3600 &
  wait $!
done
