#!/bin/bash
# Makes Asterisk 22 (Debian sid) or 16 (Debian bullseye) runnable from a chroot. As root, on Debian. A complete one stays as it
# is; a half-installed one is made anew.
# usage: install.sh 22|16 DIRECTORY
set -euo pipefail
version=$1
directory=$2
case $version in
  22) suite=sid ;;
  16) suite=bullseye ;;
  *) echo "there is no Asterisk $version here; 22 or 16" >&2; exit 2 ;;
esac
packages=(asterisk asterisk-modules asterisk-core-sounds-en)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# Every package is configured, no file but configuration is missing or changed, and it is the version that was asked for.
complete() {
  [ -x "$1/usr/sbin/asterisk" ] &&
    [ -z "$(chroot "$1" dpkg --audit 2>&1)" ] &&
    ! chroot "$1" dpkg --verify "${packages[@]}" 2>&1 | grep -qv ' c /' &&
    chroot "$1" asterisk -V | grep "^Asterisk $version\."
}

# Where this machine gets its own packages from, as apt itself is set up, in whichever of its files.
mirror() {
  local codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  apt-get update --print-uris | sed -n "s|^'\([^']*\)/dists/$codename/main/binary-.*|\1|p" | head -n 1
}

remove() {
  # A chroot that somebody runs something in may have this machine's /dev mounted.
  sed -n "s|^[^ ]* \($1/[^ ]*\) .*|\1|p" /proc/self/mounts | sort -r | xargs -r umount
  rm -rf --one-file-system "$1"
}

# Two of these may run at the same time, but only one apt.
needed() {
  if ! { command -v debootstrap && command -v ip; } > /dev/null; then
    apt-get update -q
    apt-get install -y -q debootstrap iproute2
  fi
}
(flock 9; needed) 9> /run/lock/call-events-lab

mkdir -p "$(dirname "$directory")"
exec 9> "$directory.lock"
flock 9
complete "$directory" && exit 0
from=$(mirror)
[ -n "$from" ] || { echo 'apt names no Debian mirror for this release: which one should the chroot come from?' >&2; exit 1; }
remove "$directory.new"
debootstrap --variant=minbase "$suite" "$directory.new" "$from"
printf '#!/bin/sh\nexit 101\n' > "$directory.new/usr/sbin/policy-rc.d"
chmod +x "$directory.new/usr/sbin/policy-rc.d"
# A mirror's copy of sid can be past its date.
chroot "$directory.new" apt-get -o Acquire::Check-Valid-Until=false update -q
chroot "$directory.new" apt-get install -y -q --no-install-recommends "${packages[@]}"
chroot "$directory.new" apt-get clean
complete "$directory.new" || { echo "$suite has no complete Asterisk $version today" >&2; exit 1; }
remove "$directory"
mv "$directory.new" "$directory"
