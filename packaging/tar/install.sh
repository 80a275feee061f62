#!/bin/sh
# Installs call-events on a Linux with systemd and glibc 2.28 or newer, without a package manager: ./install.sh
# Again for an upgrade; configuration and outbox stay. ./install.sh --remove takes it out; with --purge they go, too.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

library=/usr/lib/call-events
running() { [ -d /run/systemd/system ] && systemctl --quiet is-active call-events.service; }
reload() { [ ! -d /run/systemd/system ] || systemctl daemon-reload; }

remove() {
	if [ -d /run/systemd/system ]; then systemctl --quiet disable --now call-events.service call-events-deliver.service 2>/dev/null || :; fi
	while read -r file; do rm -f "/$file"; done < "$library/installed-files"
	rm -rf "$library" /usr/share/doc/call-events
	reload
}

[ "$(id -u)" = 0 ] || fail 'install.sh must be run as root'
command -v systemctl >/dev/null || fail 'there is no systemd here'
if { dpkg-query --status call-events || rpm --query call-events; } >/dev/null 2>&1; then
	fail 'call-events is installed as a package here: upgrade or remove that'
fi

case ${1-} in
--remove | --purge)
	[ -f "$library/installed-files" ] || fail 'call-events is not installed'
	remove
	if [ "$1" = --purge ]; then
		rm -rf /etc/call-events /var/lib/call-events
		say 'call-events is removed, with its configuration and its outbox. The user call-events stays'
	else
		say 'call-events is removed. Its configuration is still in /etc/call-events, its outbox in /var/lib/call-events'
	fi
	exit
	;;
'') ;;
*) fail 'usage: ./install.sh [--remove | --purge]' ;;
esac

tree/usr/lib/call-events/node --version >/dev/null 2>&1 ||
	fail "this is for another machine ($(uname -m) here), or glibc is older than 2.28"

# A running service goes on with what it has loaded. Files of an older version must not stay.
rm -rf "$library"
# Not with its old owner, and not over a configuration that is there.
(cd tree && find usr -type f) | while read -r file; do
	install -D -m "$(stat -c %a "tree/$file")" "tree/$file" "/$file"
done
(cd tree && find usr -type f ! -path 'usr/lib/call-events/*' ! -path 'usr/share/doc/call-events/*') > "$library/installed-files"
if command -v restorecon >/dev/null; then restorecon -R "$library" /usr/bin/call-events || :; fi
systemd-sysusers call-events.conf
if [ ! -e /etc/call-events/config.yaml ]; then
	install -D -m 640 -g call-events tree/etc/call-events/config.yaml /etc/call-events/config.yaml
fi

reload
if [ -d /run/systemd/system ]; then systemctl try-restart call-events-deliver.service; fi
if running; then
	systemctl restart call-events.service
	say 'call-events is upgraded, and runs'
elif call-events check --config /etc/call-events/config.yaml >/dev/null 2>&1; then
	say 'call-events is installed and configured. Next: systemctl enable --now call-events'
else
	say 'call-events is installed, and not configured yet. Next: call-events setup'
fi
