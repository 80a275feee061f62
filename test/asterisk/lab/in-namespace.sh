#!/bin/bash
# Runs a command in a network namespace of its own, where only loopback is: every Asterisk has the same ports to itself.
# usage: in-namespace.sh NAME COMMAND…
set -euo pipefail
name=call-events-$1
shift
command -v ip >/dev/null || { apt-get update -q; apt-get install -y -q iproute2; }
ip netns add "$name" 2>/dev/null || true
trap 'ip netns delete "$name" 2>/dev/null || true' EXIT
ip netns exec "$name" ip link set lo up
ip netns exec "$name" "$@"
