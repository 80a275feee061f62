#!/bin/bash
# Checks systemd/call-events.service with systemd's own tools, which are installed where they are missing (as root, on Debian).
# It must be without a mistake, and no more exposed than 1.5 of 10.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DEBIAN_FRONTEND=noninteractive
command -v systemd-analyze >/dev/null || { apt-get update -q; apt-get install -y -q --no-install-recommends systemd; }

directory=$(mktemp -d)
trap 'rm -r "$directory"' EXIT
# What is started must be there; the Node of this checkout stands for the one that is installed with the service.
sed "s|^ExecStart=.*/main\.js|ExecStart=$PWD/node_modules/node/bin/node $PWD/src/main.ts|" \
  systemd/call-events.service > "$directory/call-events.service"
grep -q "^ExecStart=$PWD/node_modules" "$directory/call-events.service"
systemd-analyze verify "$directory/call-events.service"
systemd-analyze security --offline=true --threshold=15 "$directory/call-events.service" | tail -n 1
systemd-sysusers --dry-run "$PWD/systemd/call-events.sysusers" &>/dev/null
