#!/bin/sh
# Ends every process, namespace, link and file of one lab; what is gone already is fine.
# Usage: tear-down.sh PREFIX FOLDER CLAIM CONTENT, under a lock. Exit code 1 and a line for each thing that would not go.
prefix=$1
folder=$2
claim=$3
content=$4

# The claim goes last, so without it nothing is left; with other content the number belongs to another lab by now.
[ "$(cat "$claim" 2>/dev/null)" = "$content" ] || exit 0

namespaces() {
  ip netns list | while read -r name _; do
    case $name in "$prefix"-*) echo "$name" ;; esac
  done
}

processes() {
  for namespace in $(namespaces); do ip netns pids "$namespace"; done
}

left=$(processes)
tries=0
while [ -n "$left" ] && [ "$tries" -lt 100 ]; do
  # shellcheck disable=SC2086 # one word per process id
  kill -KILL $left 2>/dev/null
  sleep 0.05
  tries=$((tries + 1))
  left=$(processes)
done
if [ -n "$left" ]; then
  echo "processes of $prefix do not end: $left"
  exit 1
fi

ip link delete "$prefix" 2>/dev/null
for namespace in $(namespaces); do ip netns delete "$namespace"; done
rm -rf "$folder"

status=0
for namespace in $(namespaces); do echo "namespace $namespace is still there"; status=1; done
if ip link show "$prefix" >/dev/null 2>&1; then echo "link $prefix is still there"; status=1; fi
if [ -e "$folder" ]; then echo "folder $folder is still there"; status=1; fi
[ "$status" -ne 0 ] || rm -f "$claim"
exit "$status"
