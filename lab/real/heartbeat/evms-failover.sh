#!/bin/sh
# Resource script of the lab, in the place of EVMS's own: a container is a file that lasts until the node loses its power.
# Usage: evms_failover CONTAINER start|stop|status
container=$1
state=/run/evms_failover.$container

case $2 in
  start) touch "$state" ;;
  stop) rm -f "$state" ;;
  status) if [ -e "$state" ]; then echo running; else echo stopped; fi ;;
  *)
    echo "usage: $0 CONTAINER start|stop|status" >&2
    exit 2
    ;;
esac
