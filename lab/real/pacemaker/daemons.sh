#!/bin/sh
# Starts Corosync and Pacemaker on a booting node.
install -d -o hacluster -g haclient -m 750 /run/crm
corosync -f >>/var/log/corosync/console.log 2>&1 &
# pacemakerd gives up early when corosync does not answer.
tries=0
until corosync-quorumtool -s >/dev/null 2>&1 || [ $? -eq 2 ] || [ "$tries" -ge 300 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
# As its init script does, which is there for later.
set -a
# shellcheck source=/dev/null
. /etc/default/pacemaker
pacemakerd >>/var/log/pacemaker/console.log 2>&1 &
