#!/bin/bash
# Checks the units of systemd/ with systemd's own tools, which are installed where they are missing (as root, on Debian).
# Each must be without a mistake, and no more exposed than 1.5 of 10.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DEBIAN_FRONTEND=noninteractive
command -v systemd-analyze >/dev/null || { apt-get update -q; apt-get install -y -q --no-install-recommends systemd; }

directory=$(mktemp -d)
trap 'rm -r "$directory"' EXIT
# What is started must be there; the Node of this checkout stands for the one that is installed with the service.
for unit in call-events.service call-events-deliver.service; do
  sed "s|^ExecStart=.*/main\.js|ExecStart=$PWD/node_modules/node/bin/node $PWD/src/main.ts|" \
    "systemd/$unit" > "$directory/$unit"
  grep -q "^ExecStart=$PWD/node_modules" "$directory/$unit"
  systemd-analyze verify "$directory/$unit"
  systemd-analyze security --offline=true --threshold=15 "$directory/$unit" | tail -n 1
done
systemd-sysusers --dry-run "$PWD/systemd/call-events.sysusers" &>/dev/null
