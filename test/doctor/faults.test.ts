// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExaminedMachine } from '../../src/doctor/examined-machine.ts';
import { DoctorPlace } from '../helpers/doctor-place.ts';
import { EXPIRED, FOR_ANOTHER_NAME, HOUSE_AUTHORITY, HOUSE_KEY } from '../helpers/house-certificates.ts';
import { insertRows } from '../helpers/outbox-rows.ts';
import { Peers } from '../helpers/peers.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../helpers/tls-certificate.ts';

let place: DoctorPlace;
const peers = new Peers();
beforeEach(async () => {
  place = await DoctorPlace.start();
});
afterEach(async () => {
  peers.close();
  await place.stop();
});

/** A port of a TLS server with this certificate, or of another server. */
async function listening(server: Parameters<Peers['listening']>[0]): Promise<string> {
  return new URL(await peers.listening(server)).port;
}

const tls = (cert: string, key = HOUSE_KEY) => createTlsServer({ cert, key }).on('tlsClientError', () => undefined);

/** The service is at rest while its file is looked at. */
async function inOutbox(write: (database: DatabaseSync) => void): Promise<void> {
  const database = new DatabaseSync(place.running.outbox, { timeout: 5000 });
  write(database);
  database.close();
}

const asterisk = (changes: string) =>
  `port: ${place.running.asterisk.port}, username: callevents, secret: geheim, ${changes}`;
const nobody = { name: 'call-events', uid: 65_533, gid: 65_533, gids: [65_533] };

interface Fault {
  name: string;
  plant: () => unknown;
  /** What of the machine is another one. */
  changes?: () => Partial<ExaminedMachine>;
  id: string;
  level: 'warning' | 'fault';
  message: RegExp;
  /** What to type. */
  remedy: RegExp;
}

const FAULTS: Fault[] = [
  {
    name: 'there is no configuration',
    plant: () => rmSync(place.machine.configFile),
    id: 'config',
    level: 'fault',
    message: /config\.yaml:1:1: there is no such file/,
    remedy: /^call-events setup$/,
  },
  {
    name: 'a slip of the keyboard in the configuration',
    plant: () => place.configure({ more: 'metrcs: { enabled: true }' }),
    id: 'config',
    level: 'fault',
    message: /config\.yaml:3:1: metrcs: unknown key; did you mean "metrics"\?/,
    remedy: /^editor .*config\.yaml && call-events check$/,
  },
  {
    name: 'the secret of AMI is missing',
    plant: () => rmSync(`${place.path}/ami.secret`),
    id: 'config',
    level: 'fault',
    message: /asterisk\.secret: there is no file .*\/ami\.secret/,
    remedy: /^call-events setup$/,
  },
  {
    name: 'a secret of a receiver is missing',
    plant: () => place.configure({ url: '${file:/nowhere/crm.url}' }),
    id: 'config',
    level: 'fault',
    message: /there is no file \/nowhere\/crm\.url/,
    remedy: /^install -m 600 \/dev\/stdin \/nowhere\/crm\.url/,
  },
  {
    name: 'the file of a secret is open to everybody',
    plant: () => chmodSync(`${place.path}/ami.secret`, 0o644),
    id: 'rights',
    level: 'warning',
    message: /ami\.secret has a secret and can be read by everybody/,
    remedy: /^chmod 600 .*\/ami\.secret$/,
  },
  {
    name: 'the service may not read its configuration',
    plant: () => undefined,
    changes: () => ({ serviceUser: nobody }),
    id: 'rights',
    level: 'fault',
    message: /config\.yaml cannot be read by the service's user call-events/,
    remedy: /^chgrp call-events .*config\.yaml && chmod 640 .*config\.yaml$/,
  },
  {
    name: 'the service may not read the file of a secret',
    plant: () => {
      place.write('crm.token', 'abcdefgh\n', 0o600);
      place.configure({
        extensions: `  "103": { events: [{ on: hangup, url: "http://127.0.0.1:1/", headers: { X-Key: "\${file:${place.path}/crm.token}" } }] }`,
      });
    },
    changes: () => ({ serviceUser: nobody }),
    id: 'rights',
    level: 'fault',
    message: /crm\.token cannot be read by the service's user call-events/,
    remedy: /^chown call-events .*\/crm\.token$/,
  },
  {
    name: 'the outbox is where the service may not write',
    plant: () => undefined,
    changes: () => ({ serviceUser: nobody }),
    id: 'rights',
    level: 'fault',
    message: /may not write in .*, where the outbox is/,
    remedy: /^chown -R call-events: \//,
  },
  {
    name: 'the outbox is a file of root',
    plant: () => {
      chmodSync(place.path, 0o777);
      chmodSync(place.running.outbox, 0o600);
    },
    changes: () => ({ serviceUser: nobody }),
    id: 'rights',
    level: 'fault',
    message: /outbox\.db cannot be written by the service's user/,
    remedy: /^chown -R call-events: \//,
  },
  {
    name: 'the service has not run yet',
    plant: () => place.edit('config.yaml', /^outbox: .*\n/m, ''),
    id: 'outbox',
    level: 'warning',
    message: /^there is no outbox yet at \/var\/lib\/call-events\/outbox\.db: the service has not run$/,
    remedy: /^systemctl enable --now call-events$/,
  },
  {
    name: 'the service does not run',
    plant: () => place.write('unit-state', 'ActiveState=inactive\nUnitFileState=disabled\n'),
    id: 'service',
    level: 'fault',
    message: /the service does not run \(inactive\)/,
    remedy: /^systemctl enable --now call-events$/,
  },
  {
    name: 'the service has failed over its configuration',
    plant: () => place.write('unit-state', 'ActiveState=failed\nUnitFileState=enabled\nExecMainStatus=78\n'),
    id: 'service',
    level: 'fault',
    message: /does not start: its configuration is wrong/,
    remedy: /^call-events check && systemctl restart call-events$/,
  },
  {
    name: 'the service will not start with the machine',
    plant: () => place.write('unit-state', 'ActiveState=active\nUnitFileState=disabled\nNRestarts=0\n'),
    id: 'service',
    level: 'warning',
    message: /runs, but will not after a restart of the machine/,
    remedy: /^systemctl enable call-events$/,
  },
  {
    name: 'no rule is enabled',
    plant: () => place.edit('config.yaml', 'on: hangup', 'status: disabled, on: hangup'),
    id: 'rules',
    level: 'fault',
    message: /every rule is disabled/,
    remedy: /^editor .*config\.yaml/,
  },
  {
    name: 'nothing listens at the port of AMI',
    plant: () => place.configure({ asterisk: 'port: 1, username: callevents, secret: geheim' }),
    id: 'ami.connect',
    level: 'fault',
    message: /127\.0\.0\.1:1: nothing listens there/,
    remedy: /^systemctl status asterisk/,
  },
  {
    name: 'AMI is off',
    plant: () => {
      place.configure({ asterisk: 'port: 1, username: callevents, secret: geheim' });
      place.edit('etc/manager.conf', 'enabled = yes', 'enabled = no');
    },
    id: 'ami.connect',
    level: 'fault',
    message: /AMI is off: .*\/etc\/manager\.conf:2 says "enabled = no"/,
    remedy:
      /^editor .*manager\.conf .*enabled = yes.*asterisk -C .* -rx 'manager reload'$|^editor .*manager\.conf .*enabled = yes.*asterisk -rx 'manager reload'$/,
  },
  {
    name: 'AMI is switched on in a second [general]',
    plant: () => place.edit('etc/manager.conf', /$/, '[general]\nenabled = yes\n'),
    id: 'ami.general',
    level: 'warning',
    message: /a second \[general\], which Asterisk ignores, with its "enabled = yes"/,
    remedy: /^editor .*manager\.conf/,
  },
  {
    name: 'the name of Asterisk is not known',
    plant: () => place.configure({ asterisk: asterisk('host: pbx.invalid') }),
    id: 'ami.connect',
    level: 'fault',
    message: /pbx\.invalid:\d+: the host name/,
    remedy: /^getent hosts pbx\.invalid/,
  },
  {
    name: 'the port is that of a web server',
    plant: async () => {
      const port = await listening(createServer((_, response) => response.end()));
      place.configure({ asterisk: `port: ${port}, username: callevents, secret: geheim, loginTimeout: 500ms` });
    },
    id: 'ami.connect',
    level: 'fault',
    message: /this is not AMI: it says "HTTP\/1\.1 400 Bad Request"/,
    remedy: /^asterisk -rx 'manager show settings'/,
  },
  {
    name: 'Asterisk does not answer the login',
    plant: () => {
      place.running.asterisk.manners.silentTo = ['login'];
      place.configure({ asterisk: asterisk('loginTimeout: 500ms') });
    },
    id: 'ami.connect',
    level: 'fault',
    message: /no answer to the login within 500 ms/,
    remedy: /^ss -ltnp 'sport = :\d+'/,
  },
  {
    name: 'the secret is not the one of manager.conf',
    plant: () => place.write('ami.secret', 'another-one\n', 0o600),
    id: 'ami.login',
    level: 'fault',
    message: /Asterisk refuses user or secret/,
    remedy: /^call-events setup$/,
  },
  {
    name: 'the user may log in once only',
    plant: () => {
      place.running.asterisk.manners.refuse = true;
      place.edit('etc/manager.conf', 'enabled = yes', 'enabled = yes\nallowmultiplelogin = no');
    },
    id: 'ami.login',
    level: 'fault',
    message: /allowmultiplelogin = no/,
    remedy: /^systemctl stop call-events; call-events doctor; systemctl start call-events$/,
  },
  {
    name: 'the user has no write=reporting',
    plant: () => {
      place.running.asterisk.manners.reporting = false;
    },
    id: 'ami.write',
    level: 'fault',
    message: /does not say which channels live \(Permission denied\)/,
    remedy: /write = reporting.*manager reload/,
  },
  {
    name: 'the user has no read=system',
    plant: () => {
      place.running.asterisk.manners.fullyBooted = false;
    },
    id: 'ami.events',
    level: 'fault',
    message: /lacks read=system/,
    remedy: /^editor .*manager\.conf .*\[callevents\]: read = system,call\), then .*manager reload'$/,
  },
  {
    name: 'the user has no read=call, by its files',
    plant: () => place.edit('etc/manager.conf', 'read = system,call', 'read = system,cdr'),
    id: 'ami.events',
    level: 'fault',
    message: /no read=call in manager\.conf/,
    remedy: /read = system,call/,
  },
  {
    name: 'the user lacks a right that the configuration needs',
    plant: () => place.configure({ more: 'variables: [CRM_ID]' }),
    id: 'ami.events',
    level: 'fault',
    message: /lacks read=dialplan, which the configuration needs/,
    remedy: /read = system,call,dialplan/,
  },
  {
    name: 'events are withheld: a call begins, and no event says so',
    plant: () => {
      rmSync(`${place.path}/etc/manager.conf`);
      let asked = 0;
      const { asterisk: fake } = place.running;
      const { list } = fake.channels;
      // The list knows the channel from the second time on.
      fake.channels.list = () => {
        if (asked++ === 1)
          fake.channels.note({ event: 'Newchannel', channel: 'PJSIP/102-00000007', uniqueid: '1700000000.7' });
        return list.call(fake.channels);
      };
    },
    id: 'ami.events',
    level: 'fault',
    message: /PJSIP\/102-00000007 began, and no event said so/,
    remedy: /read = system,call/,
  },
  {
    name: 'the events of the user are filtered',
    plant: () => place.edit('etc/manager.conf', 'write = reporting', 'eventfilter = !Event: Hangup'),
    id: 'ami.filter',
    level: 'warning',
    message: /manager\.conf:8 filters the user's events/,
    remedy: /^sed -i '8s\/\^\/;\/' .*manager\.conf && .*manager reload'$/,
  },
  {
    name: "events without Asterisk's time",
    plant: () => place.edit('etc/manager.conf', 'timestampevents = yes', ''),
    id: 'ami.timestamps',
    level: 'warning',
    message: /do not carry Asterisk's own time/,
    remedy: /timestampevents = yes/,
  },
  {
    name: 'the clocks do not agree',
    plant: () => {
      place.running.asterisk.manners.clock = () => Date.now() / 1000 - 3600;
    },
    id: 'clock',
    level: 'fault',
    message: /Asterisk's clock is 3600 s behind this machine's/,
    remedy: /^timedatectl set-ntp true/,
  },
  {
    name: 'a phone that no extension has',
    plant: () => {
      addDevice('PJSIP/103', 'NOT_INUSE');
    },
    id: 'channels',
    level: 'warning',
    message: /PJSIP\/103 \(103 by Asterisk\) belongs to no extension/,
    remedy: /^call-events setup --extensions 103$/,
  },
  {
    name: 'channels with a slip of the keyboard',
    plant: () =>
      place.configure({
        extensions: '  "104": { channels: [PJSIP/1o4], events: [{ on: hangup, url: "http://127.0.0.1:1/" }] }',
      }),
    id: 'endpoints',
    level: 'warning',
    message: /Asterisk has no endpoint PJSIP\/1o4, which 104 has/,
    remedy: /^asterisk -rx 'pjsip show endpoints'/,
  },
  {
    name: 'a phone that is not registered',
    plant: () => {
      place.configure({ extensions: '  "105": { events: [{ on: hangup, url: "http://127.0.0.1:1/" }] }' });
      addDevice('PJSIP/105', 'UNAVAILABLE');
    },
    id: 'registered',
    level: 'warning',
    message: /no phone of 105 is registered \(PJSIP\/105\)/,
    remedy: /^asterisk -rx 'pjsip show endpoint 105'/,
  },
  {
    name: 'the disk is nearly full',
    plant: () => undefined,
    changes: () => ({ freeBytes: () => 20 * 1024 * 1024 }),
    id: 'disk',
    level: 'fault',
    message: /20 MB are free/,
    remedy: /^df -h \//,
  },
  {
    name: 'the outbox is damaged',
    plant: async () => {
      await place.running.service.stop();
      for (const end of ['-wal', '-shm']) rmSync(place.running.outbox + end, { force: true });
      place.write(
        'outbox.db',
        'this is no database, and never was one; it is only as long as one might be'.repeat(100),
      );
    },
    id: 'outbox',
    level: 'fault',
    message: /outbox\.db cannot be read: .*not a database/,
    remedy: /^systemctl restart call-events/,
  },
  {
    name: 'the outbox is of a newer version',
    plant: () => inOutbox((database) => database.exec('PRAGMA user_version = 999')),
    id: 'outbox',
    level: 'fault',
    message: /was written by a newer version/,
    remedy: /^apt-get install/,
  },
  {
    name: 'there is no outbox',
    plant: () => place.edit('config.yaml', 'outbox.db', 'elsewhere.db'),
    id: 'outbox',
    level: 'warning',
    message: /there is no outbox yet at .*elsewhere\.db/,
    remedy: /^systemctl enable --now call-events$/,
  },
  {
    name: 'requests could not be delivered',
    plant: () =>
      inOutbox((database) => insertRows(database, [{ state: 'dead', reason: 'HTTP 404', createdAt: Date.now() }])),
    id: 'dead',
    level: 'warning',
    message: /1 request of the last 24 hours could not be delivered \(1: HTTP 404\)/,
    remedy: /^call-events deliveries list --state dead --since 24h/,
  },
  {
    name: 'a rule is suspended',
    plant: () => inOutbox((database) => database.exec("INSERT INTO suspended VALUES ('rule1', 1, 'HTTP 410')")),
    id: 'suspended',
    level: 'warning',
    message: /rule rule1 is suspended: HTTP 410/,
    remedy: /^call-events deliveries resume rule1$/,
  },
  {
    name: 'the name of a receiver is not known',
    plant: () => place.configure({ url: 'https://crm.invalid' }),
    id: 'target',
    level: 'fault',
    message: /https:\/\/crm\.invalid: (the name crm\.invalid is not known|no name server answers)/,
    remedy: /^getent hosts crm\.invalid|^cat \/etc\/resolv\.conf/,
  },
  {
    name: 'nothing listens at the receiver',
    plant: () => place.configure({ url: 'http://127.0.0.1:1' }),
    id: 'target',
    level: 'fault',
    message: /http:\/\/127\.0\.0\.1:1: nothing listens there/,
    remedy: /^curl -v http:\/\/127\.0\.0\.1:1\//,
  },
  {
    name: 'a receiver may not be sent to',
    plant: () => place.configure({ url: 'http://169.254.169.254' }),
    id: 'target',
    level: 'fault',
    message: /http:\/\/169\.254\.169\.254: requests may not go to this address/,
    remedy: /allow: \[169\.254\.169\.254\]/,
  },
  {
    name: "a receiver's certificate is signed by itself",
    plant: async () => place.configure({ url: `https://localhost:${await listening(tls(CERTIFICATE, PRIVATE_KEY))}` }),
    id: 'target',
    level: 'fault',
    message: /https:\/\/localhost:\d+: its certificate is signed by itself/,
    remedy: /tls: \{ ca: /,
  },
  {
    name: "a receiver's certificate has expired",
    plant: async () => place.configure({ url: `https://localhost:${await listening(tls(EXPIRED))}` }),
    id: 'target',
    level: 'fault',
    message: /its certificate expired on 2021-01-01/,
    remedy: /^renew the certificate of localhost/,
  },
  {
    name: "a receiver's certificate is for another name",
    plant: async () => {
      setDefaultCACertificates([...getCACertificates('default'), HOUSE_AUTHORITY]);
      place.configure({ url: `https://localhost:${await listening(tls(FOR_ANOTHER_NAME))}` });
    },
    id: 'target',
    level: 'fault',
    message: /its certificate is for another name than localhost/,
    remedy: /^openssl s_client -connect localhost:\d+ .*subjectAltName/,
  },
  {
    name: "a receiver's certificate comes from an authority of the house",
    plant: async () => {
      setDefaultCACertificates(getCACertificates('bundled'));
      place.configure({ url: `https://localhost:${await listening(tls(FOR_ANOTHER_NAME))}` });
    },
    id: 'target',
    level: 'fault',
    message: /comes from an authority that is not trusted here/,
    remedy: /tls: \{ ca: /,
  },
  {
    name: 'a receiver speaks no TLS',
    plant: async () =>
      place.configure({ url: `https://localhost:${await listening(createServer((_, response) => response.end()))}` }),
    id: 'target',
    level: 'fault',
    message: /the server does not speak TLS/,
    remedy: /http:\/\/ instead of https:\/\//,
  },
];

function addDevice(device: string, state: string): void {
  const { lists } = place.running.asterisk.manners;
  const { devicestatelist } = lists;
  if (devicestatelist === undefined) throw new Error('no list of devices');
  lists.devicestatelist = {
    ...devicestatelist,
    items: [...devicestatelist.items, [`Device: ${device}`, `State: ${state}`]],
  };
}

describe('the doctor finds', () => {
  it.each(FAULTS)('$name', async ({ plant, changes, id, level, message, remedy }) => {
    await plant();
    const { code, checks } = await place.examine(changes?.());
    expect(checks).toContainEqual({
      id,
      level,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
    expect(code).toBe(checks.some((check) => check.level === 'fault') ? 2 : 1);
    expect(JSON.stringify(checks)).not.toMatch(/geheim|verysecret|another-one/);
  });

  it('more than 25 of them', () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(25);
  });
});

it('shows no whole number of anybody', async () => {
  place.configure({ extensions: '  "31612345678": { events: [{ on: hangup, url: "http://127.0.0.1:1/" }] }' });
  addDevice('PJSIP/31612345678', 'UNAVAILABLE');
  const text = await place.print();
  expect(text).toContain('no phone of 3161…78 is registered (PJSIP/3161…78)');
  expect(text).not.toContain('31612345678');
});

it('calls no rights well of a configuration that is not there', async () => {
  rmSync(place.machine.configFile);
  const { checks } = await place.examine();
  expect(checks.map(({ id }) => id)).not.toContain('rights');
});
