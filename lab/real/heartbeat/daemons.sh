#!/bin/sh
# Starts Heartbeat on a booting node, as its init script does at boot.
# /run/heartbeat/register must not exist: heartbeat binds a socket there.
install -d -o hacluster -g haclient -m 750 /run/heartbeat /run/heartbeat/ccm /run/heartbeat/crm /run/heartbeat/dopd
install -d -m 1755 /run/heartbeat/rsctmp
/etc/init.d/heartbeat start </dev/null
