#!/bin/bash
# Installs Asterisk 22 (Debian sid) or 16 (Debian bullseye) into a chroot, where it is missing. As root, on Debian.
# usage: install.sh 22|16 DIRECTORY
set -euo pipefail
version=$1
directory=$2
[ -e "$directory/.installed" ] || [ ! -x "$directory/usr/sbin/asterisk" ] || touch "$directory/.installed"
[ -e "$directory/.installed" ] && exit 0
case $version in
  22) suite=sid ;;
  16) suite=bullseye ;;
  *) echo "there is no Asterisk $version here; 22 or 16" >&2; exit 2 ;;
esac
export DEBIAN_FRONTEND=noninteractive
mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*\).*/\2/p' /etc/apt/sources.list | head -n 1)
command -v debootstrap >/dev/null || { apt-get update -q; apt-get install -y -q debootstrap; }
rm -rf "$directory.new"
debootstrap --variant=minbase "$suite" "$directory.new" "$mirror"
printf '#!/bin/sh\nexit 101\n' > "$directory.new/usr/sbin/policy-rc.d"
chmod +x "$directory.new/usr/sbin/policy-rc.d"
# The mirror's copy of sid can be past its date.
chroot "$directory.new" apt-get -o Acquire::Check-Valid-Until=false update -q
chroot "$directory.new" apt-get install -y -q --no-install-recommends asterisk asterisk-core-sounds-en
chroot "$directory.new" asterisk -V
touch "$directory.new/.installed"
rm -rf "$directory"
mv "$directory.new" "$directory"
