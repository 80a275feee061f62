import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../../packaging/project.ts';
import { run } from '../../../packaging/run.ts';
import { chrootOf } from '../../asterisk/flavour.ts';
import { type Machine, until } from './machine.ts';

/** Where a machine has the Asterisk of another release, with the libraries of that. */
const PLACE = '/opt/asterisk';

/** Modules that only make noise on a machine without a network. */
const NOISY = [
  'chan_console',
  'chan_motif',
  'res_xmpp',
  'res_hep',
  'cdr_radius',
  'cel_radius',
  'cdr_pgsql',
  'cel_pgsql',
];

/** Two phones at fixed addresses, and a trunk: distinguished by the user in From. */
const PJSIP = `[transport]
type = transport
protocol = udp
bind = 127.0.0.1:5060

[phone](!)
type = endpoint
context = phones
disallow = all
allow = ulaw
send_connected_line = no

@PHONES@
[trunk](phone)
context = none
`;

const EXTENSIONS = `[phones]
exten => _XXX,1,Dial(PJSIP/\${EXTEN},20)
`;

/** A phone of an endpoint: its port is 6000 and the number in its name. */
const phone = (name: string) => `[${name}](phone)
aors = ${name}

[${name}]
type = aor
contact = sip:${name}@127.0.0.1:${portOf(name)}
`;

export const portOf = (name: string) => 6000 + Number(name);

/**
 * Puts a real Asterisk into a machine, as Debian's package has it: files, user, unit. Debian 12 and 13 have none, so it
 * is that of a newer release, which brings its own libraries.
 * @param phones the names of its endpoints
 */
export async function installAsterisk(machine: Machine, phones: readonly string[]): Promise<void> {
  const from = chrootOf('22');
  run(join(ROOT, 'test/asterisk/lab/install.sh'), ['22', from]);
  const to = (path: string) => join(machine.root, path);
  const [libraries = ''] = readdirSync(join(from, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  for (const path of [`usr/lib/${libraries}`, 'usr/lib64', 'usr/sbin/asterisk', 'usr/share/asterisk'])
    if (existsSync(join(from, path))) {
      mkdirSync(dirname(to(join(PLACE, path))), { recursive: true });
      cpSync(join(from, path), to(join(PLACE, path)), { recursive: true, verbatimSymlinks: true });
    }
  for (const path of ['etc/asterisk', 'var/lib/asterisk'])
    cpSync(join(from, path), to(path), { recursive: true, verbatimSymlinks: true });
  cpSync(join(from, 'usr/lib/systemd/system/asterisk.service'), to('etc/systemd/system/asterisk.service'));
  symlinkSync(join(PLACE, `usr/lib/${libraries}/asterisk`), to(`usr/lib/${libraries}/asterisk`));
  symlinkSync(join(PLACE, 'usr/share/asterisk'), to('usr/share/asterisk'));
  const [loader = ''] = readdirSync(join(from, 'usr/lib', libraries)).filter((name) => /^ld-linux.*\.so/.test(name));
  const library = join(PLACE, 'usr/lib', libraries);
  writeFileSync(
    to('usr/sbin/asterisk'),
    `#!/bin/sh\nexec ${join(library, loader)} --library-path ${library} ${PLACE}/usr/sbin/asterisk "$@"\n`,
  );
  chmodSync(to('usr/sbin/asterisk'), 0o755);
  const noload = NOISY.map((name) => `noload = ${name}.so\n`).join('');
  writeFileSync(to('etc/asterisk/modules.conf'), `[modules]\nautoload = yes\n${noload}`);
  writeFileSync(to('etc/asterisk/pjsip.conf'), PJSIP.replace('@PHONES@', phones.map(phone).join('\n')));
  writeFileSync(to('etc/asterisk/extensions.conf'), EXTENSIONS);
  machine.run(
    [
      'useradd --system --home-dir /var/lib/asterisk --shell /usr/sbin/nologin asterisk',
      'mkdir -p /var/spool/asterisk /var/log/asterisk /run/asterisk /var/cache/asterisk',
      'chown -R asterisk: /etc/asterisk /var/lib/asterisk /var/spool/asterisk /var/log/asterisk /run/asterisk /var/cache/asterisk',
      'systemctl daemon-reload',
    ].join(' && '),
  );
}

export async function startAsterisk(machine: Machine): Promise<void> {
  machine.run('systemctl start asterisk');
  await until('Asterisk to be up', () =>
    /fully booted/i.test(machine.attempt('asterisk -rx "core waitfullybooted"').output),
  );
}
