#!/bin/bash
# Runs a command in a network namespace of its own, where only loopback is: every Asterisk has the same ports to itself. What it
# mounts is seen by nobody else, and what it leaves running is ended.
# usage: in-namespace.sh NAME COMMAND…
set -euo pipefail
name=call-events-$1
shift
ip netns add "$name" 2>/dev/null || true
trap 'ip netns pids "$name" | xargs -r kill -9; ip netns delete "$name"' EXIT
ip netns exec "$name" ip link set lo up
ip netns exec "$name" "$@"
