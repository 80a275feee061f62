import { chmodSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FREEPBX, ISSABEL, ISSABEL_DATABASE, PLAIN_PBX } from '../helpers/pbx-lists.ts';
import { SetupPlace } from '../helpers/setup-place.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../helpers/tls-certificate.ts';

let place: SetupPlace;
afterEach(() => place.remove());

const GENERAL = '[general]\nenabled = yes\nport = @PORT@\nbindaddr = 127.0.0.1\n';
/** As Debian's package has it. */
const DEBIAN = { 'manager.conf': `; AMI\n${GENERAL}#include "manager.d/*.conf" \n` };
/** As FreePBX writes it. */
const FREEPBX_ETC = {
  'manager.conf': `[general]\nenabled = yes\nport = @PORT@\nbindaddr = 127.0.0.1\ndisplayconnects=no\n\n[admin]\nsecret = theirs\nread = all\n\n#include manager_additional.conf\n#include manager_custom.conf\n`,
  'manager_additional.conf': '[cxpanel]\nsecret = foreign\nread = all\n',
  'manager_custom.conf': '; mine\n[wallboard]\nsecret = w\nread = call\n',
};

/** As Asterisk 22.10 prints them for "pjsip show endpoints". */
const ENDPOINTS = `
 Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>
    I/OAuth:  <AuthId/UserName...........................................................>
==========================================================================================

 Endpoint:  101                                                  Invalid       0 of inf

 Endpoint:  102-desk/102                                         Not in use    0 of inf

 Endpoint:  jane.doe                                             Unavailable   0 of inf

 Endpoint:  lobby_door                                           Invalid       0 of inf

 Endpoint:  trunk/+18005550100                                   Invalid       0 of inf


Objects found: 5
`;

const URL = 'https://crm.example.com/hook?source=pbx';

describe('setup', () => {
  it('from the package to a running service, on Debian', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const { code, output } = await place.setup({ url: URL, on: 'hangup' });
    expect([code, output]).toEqual([0, expect.stringContaining('Logged in to AMI as callevents.')]);
    const secret = place.read('config/ami.secret').trim();
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(output).not.toContain(secret);
    expect([place.mode('config/ami.secret'), place.mode('config/config.yaml')]).toEqual(['600', '640']);
    expect(place.read('etc/manager.d/call-events.conf')).toBe(`; BEGIN call-events
; Made by "call-events setup", which replaces it as a whole; "call-events setup --remove" takes it out.
[callevents]
secret = ${secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call
write = reporting
; END call-events
`);
    expect(place.mode('etc/manager.d/call-events.conf')).toBe('640');
    expect(place.read('config/config.yaml')).toMatch(
      new RegExp(
        `^asterisk:\n {2}port: ${place.asterisk.port}\n {2}username: callevents\n {2}secret: \\$\\{credential:ami.secret\\}\n`,
        'm',
      ),
    );
    expect(place.read('config/config.yaml')).toContain(`
extensions:
  "101":
    events:
      - on: hangup
        method: POST
        url: ${URL}
  "102":
    events:
      - on: hangup
        method: POST
        url: ${URL}
  "103":
    channels: [PJSIP/deskphone-lena]
    events:
      - on: hangup
        method: POST
        url: ${URL}
`);
    expect(place.ran).toEqual([`asterisk -rx manager reload`, 'systemctl enable --now call-events']);
    expect(output).toMatch(/Not counted as phones .*: PJSIP\/trunk\n/);
  });

  it('changes nothing the second time', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    await place.setup({ url: URL, on: 'hangup' });
    const [before, ran] = [place.snapshot(), place.ran.length];
    const again = await place.setup();
    expect([again.code, place.snapshot(), place.ran.length]).toEqual([0, before, ran]);
    const same = await place.setup({ url: URL, on: 'hangup', extensions: 'all' });
    expect([same.code, place.snapshot(), place.ran.length]).toEqual([0, before, ran]);
  });

  it('finds the devices of FreePBX, and keeps what is in manager_custom.conf', async () => {
    place = await SetupPlace.create(FREEPBX_ETC, { lists: FREEPBX });
    chmodSync(join(place.path, 'etc/manager_custom.conf'), 0o664);
    const before = place.snapshot();
    const { code, output } = await place.setup({ url: URL, on: 'hangup' });
    expect([code, output]).toEqual([0, expect.any(String)]);
    expect(place.read('etc/manager.conf')).toBe(before['etc/manager.conf']?.replace(/^\d+ /, ''));
    expect(place.read('etc/manager_custom.conf')).toMatch(
      /^; mine\n\[wallboard\]\nsecret = w\nread = call\n\n; BEGIN call-events\n[\s\S]*; END call-events\n$/,
    );
    expect(place.mode('etc/manager_custom.conf')).toBe('664');
    expect(place.read('config/config.yaml')).toMatch(
      /"101":\n {4}notes: Alice\n {4}events:[\s\S]*"102":\n {4}notes: "Bob: sales"\n {4}channels: \[PJSIP\/1020\]\n/,
    );
    // No extension's: a trunk with a number for its name, and a device that nobody has logged in to.
    expect(place.read('config/config.yaml')).not.toMatch(/2002|1099/);
    expect(output).toMatch(/Not counted as phones .*: PJSIP\/2002/);
  });

  it('finds the devices of Issabel, whose Asterisk shows its database on the console alone', async () => {
    const conf = FREEPBX_ETC['manager.conf'].replace('bindaddr = 127.0.0.1', 'bindaddr = 0.0.0.0');
    place = await SetupPlace.create(
      { ...FREEPBX_ETC, 'manager.conf': conf, 'manager_custom.conf': '' },
      { lists: ISSABEL },
    );
    for (const [family, text] of Object.entries(ISSABEL_DATABASE)) place.write(`bin/${family}`, text);
    const { code, output } = await place.setup({ url: URL, on: 'missed' });
    expect([code, output]).toEqual([0, expect.stringContaining('Note: AMI listens on all addresses of this machine')]);
    expect(output).toContain('  101    SIP/101  Reception\n  102    SIP/112\n');
    expect(output).toMatch(/Not counted as phones .*: SIP\/provider\n/);
    expect(place.read('config/config.yaml')).toMatch(/"102":\n {4}channels: \[SIP\/112\]\n/);
    expect(place.read('etc/manager_custom.conf')).toMatch(/^; BEGIN call-events\n/);
  });

  it('goes on where it was stopped: with the secret that was written', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    place.write('config/ami.secret', 'the-secret-of-before\n');
    expect((await place.setup({ url: URL, on: 'hangup' })).code).toBe(0);
    expect(place.read('etc/manager.d/call-events.conf')).toContain('secret = the-secret-of-before\n');
    place.write('config/ami.secret', '');
    expect((await place.setup()).code).toBe(0);
    expect(place.read('config/ami.secret')).toBe('the-secret-of-before\n');
    expect(place.ran.at(-1)).toBe('systemctl restart call-events');
  });

  it('makes what Asterisk can read, whatever the umask', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const umask = process.umask(0o077);
    try {
      await place.setup({ url: URL, on: 'hangup' });
    } finally {
      process.umask(umask);
    }
    expect([place.mode('etc/manager.d'), place.mode('etc/manager.d/call-events.conf')]).toEqual(['755', '640']);
  });

  it('takes it out again', async () => {
    place = await SetupPlace.create(FREEPBX_ETC, { lists: FREEPBX });
    const before = place.snapshot();
    await place.setup({ url: URL, on: 'hangup' });
    const { code } = await place.setup({ remove: true });
    expect(code).toBe(0);
    const { 'config/config.yaml': kept, ...after } = place.snapshot();
    expect(after).toEqual(before);
    expect(kept).toContain('extensions:');
    expect(place.ran.slice(-2)).toEqual(['systemctl disable --now call-events', 'asterisk -rx manager reload']);
    expect(await place.setup({ remove: true })).toMatchObject({
      code: 0,
      output: expect.stringContaining('Nothing to remove'),
    });
  });

  it('removes a file of its own as a whole', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    await place.setup({ url: URL, on: 'hangup' });
    await place.setup({ remove: true });
    expect([place.has('etc/manager.d/call-events.conf'), place.has('config/ami.secret')]).toEqual([false, false]);
  });

  it('shows every line first, and changes nothing', async () => {
    place = await SetupPlace.create(FREEPBX_ETC, { lists: FREEPBX });
    const before = place.snapshot();
    const { code, output } = await place.setup({ dryRun: true, url: URL, on: 'hangup', extensions: '101' });
    expect([code, place.snapshot(), place.ran]).toEqual([0, before, []]);
    for (const line of [
      '+ /config/ami.secret (new, mode 0600)',
      '~ /etc/manager_custom.conf',
      '    + [callevents]',
      '    + secret = (not shown)',
      '    + write = reporting',
      '+ /config/config.yaml (new, mode 0640)',
      '    +   "101":',
      `    +         url: ${URL}`,
      '! systemctl enable --now call-events',
      'Nothing was changed (--dry-run).',
    ])
      expect(output.split('\n')).toContain(line);
    expect(place.asterisk.actions.all).toEqual([]);
  });

  it('asks, and takes what is typed', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const { code, output } = await place.setup({}, ['y', '103', 'all hangups', URL, '', 'n']);
    expect([code, output]).toEqual([0, expect.stringContaining('Which extensions? "all", or some: 101,102 [all] ')]);
    expect(place.read('config/config.yaml')).toMatch(/extensions:\n {2}"103":\n/);
  });

  it('switches the page on with a password that is typed without being shown', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const hidden = ['a long password', 'a long password'];
    const { code, output } = await place.setup({ url: URL, on: 'hangup', start: false }, ['y', 'all', 'y'], hidden);
    expect([code, output]).toEqual([1, expect.stringContaining('systemctl enable --now call-events')]);
    expect(place.read('config/config.yaml')).toMatch(/^web:\n {2}enabled: true\n {2}password: \$argon2id\$\S+\n$/m);
    expect(output).not.toMatch(/argon2id|a long password/);
  });

  it('writes nothing when it is not agreed to, or nobody answers', async () => {
    place = await SetupPlace.create(DEBIAN);
    const before = place.snapshot();
    expect((await place.setup({}, ['n'])).code).toBe(1);
    expect(await place.setup({}, [])).toEqual({ code: 1, output: expect.stringContaining('nobody answers') });
    expect([place.snapshot(), place.ran]).toEqual([before, []]);
  });

  it('refuses a [callevents] that stands elsewhere, and changes nothing', async () => {
    place = await SetupPlace.create({ ...FREEPBX_ETC, 'manager_additional.conf': '\n[callevents]\nsecret = x\n' });
    const before = place.snapshot();
    const { code, output } = await place.setup({ url: URL });
    expect([code, place.snapshot(), place.ran]).toEqual([1, before, []]);
    expect(output).toContain('/etc/manager_additional.conf:2 has a user [callevents] that is not from setup');
  });

  it('says when AMI is off, and what to type; the rest is done', async () => {
    place = await SetupPlace.create({
      'manager.conf': DEBIAN['manager.conf'].replace('enabled = yes', 'enabled = no'),
    });
    await place.asterisk.stop();
    const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions: '101' });
    expect(code).toBe(1);
    expect(output).toContain('AMI is off: /etc/manager.conf:3 says "enabled = no"; it must be "enabled = yes"');
    expect(output).toContain(
      "\nsed -i '3s/.*/enabled = yes/' /etc/manager.conf && asterisk -rx 'manager reload'\ncall-events setup --yes --asterisk-etc /etc --extensions 101 --on hangup --url 'https://crm.example.com/hook?source=pbx'\n",
    );
    expect(place.has('etc/manager.d/call-events.conf')).toBe(true);
    expect(place.read('config/config.yaml')).toContain('"101":');
  });

  it('prints what is left also where nobody names the extensions', async () => {
    place = await SetupPlace.create({
      'manager.conf': DEBIAN['manager.conf'].replace('enabled = yes', 'enabled = no'),
    });
    await place.asterisk.stop();
    const { code, output } = await place.setup({ url: URL, on: 'hangup' });
    expect([code, place.has('config/config.yaml'), place.ran]).toEqual([1, false, ['asterisk -rx manager reload']]);
    expect(output).toContain('Asterisk could not be asked for its phones');
    expect(output).toMatch(
      /Left to do, as root:\n\nsed -i '3s.*' \/etc\/manager\.conf && asterisk -rx 'manager reload'\ncall-events setup --yes --asterisk-etc \/etc --on hangup --url 'https:\/\/crm\.example\.com\/hook\?source=pbx'\n$/m,
    );
  });

  it('says when enabled is missing in the first [general], for a second one does not count', async () => {
    const conf = '[general]\nport = @PORT@\n\n[general]\nenabled = yes\n#tryinclude "manager.d/*.conf"\n';
    place = await SetupPlace.create({ 'manager.conf': conf });
    const { output } = await place.setup({ dryRun: true });
    expect(output).toContain('AMI is off: "enabled = yes" is missing in [general] of /etc/manager.conf');
    expect(output).toContain('/etc/manager.conf:4 is a second [general]: Asterisk ignores it');
  });

  it('shows the user and the line that includes it, where no file may be written', async () => {
    place = await SetupPlace.create({ 'manager.conf': GENERAL });
    const before = place.snapshot();
    const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions: '101' });
    expect(code).toBe(1);
    expect(output).toContain(`\n[callevents]\nsecret = ${place.read('config/ami.secret')}`);
    expect(output).toContain(
      `\necho '#include "manager.d/call-events.conf"' >> /etc/manager.conf\nasterisk -rx 'manager reload'\n`,
    );
    expect(place.snapshot()['etc/manager.conf']).toBe(before['etc/manager.conf']);
    expect(place.has('etc/manager.d')).toBe(false);
  });

  it('goes on from there when the user was added as shown', async () => {
    place = await SetupPlace.create({ 'manager.conf': GENERAL }, { lists: PLAIN_PBX });
    const { output } = await place.setup({ url: URL, on: 'hangup', extensions: '101' });
    const [block = ''] = /; BEGIN call-events[\s\S]*?; END call-events/.exec(output.replaceAll(/^ {4}/gm, '')) ?? [];
    place.write('etc/manager.d/call-events.conf', `${block}\n`);
    place.write('etc/manager.conf', `${place.read('etc/manager.conf')}#include "manager.d/call-events.conf"\n`);
    const before = place.snapshot();
    expect([(await place.setup()).code, place.snapshot()]).toEqual([0, before]);
  });

  it('prints the user for an Asterisk on another machine, and does the rest', async () => {
    place = await SetupPlace.create({});
    const { code, output } = await place.setup({
      asteriskEtc: undefined,
      ami: '192.0.2.10:5039',
      url: URL,
      on: 'hangup',
      extensions: '101',
    });
    expect(code).toBe(1);
    expect(output).toContain('Asterisk is on another machine, 192.0.2.10');
    expect(output).toMatch(/^permit = \d+\.\d+\.\d+\.\d+\/255\.255\.255\.255\n/m);
    expect(place.read('config/config.yaml')).toContain('  host: "192.0.2.10"\n  port: 5039\n');
    expect(place.has('config/ami.secret')).toBe(true);
  }, 30_000);

  it('adds to a configuration only what is missing in it', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const own = `# mine\nasterisk: { port: ${place.asterisk.port}, username: callevents, secret: my-own-secret } # keep\nextensions:\n  "101": # desk\n    events:\n      - on: dial-in\n        url: https://crm.example.com/ring\n  _2XX: { events: [{ on: hangup, url: "https://crm.example.com/" }] }\nlog: { level: debug }\n`;
    place.write('config/config.yaml', own);
    const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions: '101,102,201' });
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('201 has a rule for hangup already; it stays as it is'),
    ]);
    expect(place.read('config/config.yaml')).toBe(
      own
        .replace('/ring\n', `/ring\n      - on: hangup\n        method: POST\n        url: ${URL}\n`)
        .replace('log:', `"102":\n    events:\n      - on: hangup\n        method: POST\n        url: ${URL}\nlog:`)
        .replace('"102"', '  "102"'),
    );
    // The secret is the one that the configuration has.
    expect([place.has('config/ami.secret'), place.read('etc/manager.d/call-events.conf')]).toEqual([
      false,
      expect.stringContaining('secret = my-own-secret\n'),
    ]);
  });

  it('leaves a user alone that the administrator has made', async () => {
    place = await SetupPlace.create(DEBIAN, { username: 'mine', lists: PLAIN_PBX });
    Object.defineProperty(place.asterisk.manners, 'secret', { get: () => 'geheim' });
    place.write(
      'config/config.yaml',
      `asterisk: { port: ${place.asterisk.port}, username: mine, secret: geheim }\nextensions:\n  "101":\n`,
    );
    const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions: '102' });
    expect([code, output]).toEqual([0, expect.stringContaining('Logged in to AMI as mine.')]);
    expect(place.has('etc/manager.d/call-events.conf')).toBe(false);
  });

  it('writes through a link, and leaves the link', async () => {
    place = await SetupPlace.create(
      { 'manager.conf': `${GENERAL}#include "manager_custom.conf"\n`, 'real.conf': '' },
      { lists: PLAIN_PBX },
    );
    symlinkSync('real.conf', join(place.path, 'etc/manager_custom.conf'));
    expect((await place.setup({ url: URL, on: 'hangup' })).code).toBe(0);
    expect(place.read('etc/real.conf')).toContain('[callevents]');
  });

  it.each([
    ['#include "local/*.conf"', 'local/call-events.conf'],
    ['#tryinclude <manager.d/call-events.conf>', 'manager.d/call-events.conf'],
    ['#include pbx/manager__*.conf', 'pbx/manager__call-events.conf'],
    ['#include "manager_additional.conf"', undefined],
    [';#include "manager_custom.conf"', undefined],
    [';-- #include "manager_custom.conf"\n--;', undefined],
  ])('%j: the user goes into %s', async (include, file) => {
    place = await SetupPlace.create({
      'manager.conf': `${GENERAL}${include}\n`,
      'manager_additional.conf': '#include "nested.conf"\n',
      'nested.conf': '#include "manager.conf"\n',
    });
    const { output } = await place.setup({ dryRun: true });
    expect(output).toContain(
      file === undefined ? 'includes no file that setup may write' : `+ /etc/${file} (new, mode 0640)\n`,
    );
  });

  it.each([
    // Asterisk runs as another user, who may not read what belongs to root.
    [{ uid: 65_533, gid: 65_532, program: undefined, settings: undefined }, undefined, '0 65532'],
    [undefined, { name: 'asterisk', uid: 65_533, gid: 65_532, gids: [65_532] }, '0 65532'],
    // As root it may read everything.
    [{ uid: 0, gid: 0, program: undefined, settings: undefined }, undefined, '0 0'],
    [undefined, undefined, '0 0'],
  ])('makes a file that Asterisk can read: %j, %j', async (asterisk, user, owner) => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const machine = { asterisk, userOf: (name: string) => (name === 'asterisk' ? user : undefined) };
    expect((await place.setup({ url: URL, on: 'hangup' }, undefined, undefined, machine)).code).toBe(0);
    const { uid, gid } = statSync(join(place.path, 'etc/manager.d/call-events.conf'));
    expect([`${uid} ${gid}`, place.mode('etc/manager.d/call-events.conf')]).toEqual([owner, '640']);
  });

  it('keeps the line ends of a file from Windows, and takes its block out again', async () => {
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    place = await SetupPlace.create(
      {
        'manager.conf': windows(`${GENERAL}#include manager_custom.conf\n`),
        'manager_custom.conf': windows('[wallboard]\nsecret = w\n'),
      },
      { lists: PLAIN_PBX },
    );
    const before = place.snapshot();
    expect((await place.setup({ url: URL, on: 'hangup' })).code).toBe(0);
    expect(place.read('etc/manager_custom.conf')).toMatch(/^(?:[^\r\n]*\r\n)+$/);
    const once = place.snapshot();
    expect([(await place.setup()).code, place.snapshot()]).toEqual([0, once]);
    await place.setup({ remove: true });
    expect(place.snapshot()['etc/manager_custom.conf']).toBe(before['etc/manager_custom.conf']);
  });

  it('finds [general] going on after an include, and a user of that name in other letters', async () => {
    const conf = '[general]\n#tryinclude "local/*.conf"\nenabled = yes\nport = @PORT@\nbindaddr = 127.0.0.1\n';
    place = await SetupPlace.create(
      { 'manager.conf': conf, 'local/a.conf': '[a]\nsecret = x\n' },
      { lists: PLAIN_PBX },
    );
    expect(await place.setup({ url: URL, on: 'hangup' })).toEqual({
      code: 0,
      output: expect.not.stringContaining('AMI is off'),
    });
    await place.remove();
    place = await SetupPlace.create({ 'manager.conf': `${GENERAL}[CallEvents]\nsecret = x\n` });
    expect((await place.setup({ url: URL })).output).toContain('/etc/manager.conf:5 has a user [callevents]');
  });

  it('says that it does not see what a program adds to manager.conf', async () => {
    place = await SetupPlace.create({ 'manager.conf': `${DEBIAN['manager.conf']}#exec /usr/bin/users\n` });
    const { output } = await place.setup({ dryRun: true });
    expect(output).toContain('Note: /etc/manager.conf:7 is an #exec: what its program prints is not looked at\n');
  });

  it('finds endpoints and the numbers of their caller ids on the console', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: {} });
    place.write('bin/endpoints', ENDPOINTS);
    const { code, output } = await place.setup({ url: URL, on: 'hangup' });
    expect([code, output]).toEqual([0, expect.stringContaining('Not counted as phones')]);
    expect(output).toContain('  101    PJSIP/101\n  102    PJSIP/102-desk\n');
    expect(output).toMatch(/Not counted as phones .*: PJSIP\/jane\.doe, PJSIP\/lobby_door, PJSIP\/trunk\n/);
  });

  it('takes the endpoints that are named for an extension', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    const extensions = '103=PJSIP/jane.doe&SIP/103-mobile,104';
    const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions });
    expect(code).toBe(0);
    expect(place.read('config/config.yaml')).toMatch(/"103":\n {4}channels: \[PJSIP\/jane\.doe, SIP\/103-mobile\]\n/);
    expect(output).toContain('Asterisk has no endpoint of 104 that setup can recognise');
    expect(output).toContain('If its phone has another name: --extensions 104=PJSIP/NAME\n');
  });

  it('logs in over TLS as the configuration says, and leaves its port', async () => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX, tls: { cert: CERTIFICATE, key: PRIVATE_KEY } });
    place.write('etc/manager.conf', place.read('etc/manager.conf').replace(/port = \d+/, 'port = 5038'));
    const ca = place.write('ca.pem', CERTIFICATE);
    const own = `asterisk: { port: ${place.asterisk.port}, username: callevents, secret: my-own-secret, tls: { ca: ${ca}, rejectUnauthorized: false } }\nextensions:\n  "101":\n`;
    place.write('config/config.yaml', own);
    const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions: '101' });
    expect([code, output]).toEqual([0, expect.stringContaining('Logged in to AMI as callevents.')]);
    expect(place.read('config/config.yaml')).toContain(`port: ${place.asterisk.port}, username`);
  });

  it('shows another user what to type, and writes nothing', async () => {
    place = await SetupPlace.create(DEBIAN);
    const folders = ['config', 'etc'].map((name) => join(place.path, name));
    chmodSync(place.path, 0o755);
    for (const folder of folders) chmodSync(folder, 0o555);
    process.seteuid?.(65_534);
    try {
      const { code, output } = await place.setup({ url: URL, on: 'hangup', extensions: '101' });
      expect(code).toBe(1);
      for (const line of [
        'Left to do, as root:',
        "install -m 600 /dev/stdin /config/ami.secret <<'END-OF-CALL-EVENTS'",
        'mkdir -p /etc/manager.d',
        "install -m 640 -o 0 -g 0 /dev/stdin /etc/manager.d/call-events.conf <<'END-OF-CALL-EVENTS'",
        '[callevents]',
        'END-OF-CALL-EVENTS',
        "install -m 640 -g call-events /dev/stdin /config/config.yaml <<'END-OF-CALL-EVENTS'",
      ])
        expect(output.split('\n')).toContain(line);
    } finally {
      process.seteuid?.(0);
    }
    expect([place.has('config/ami.secret'), place.has('config/config.yaml'), place.has('etc/manager.d')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it.each([
    [{ url: 'crm.example.com' }, '"crm.example.com" is no URL of a receiver'],
    [{ url: URL, on: 'ringing' }, 'ringing is no call event; expected one of: '],
    [{ url: URL, extensions: '1 0;1' }, '0;1 is no extension'],
    [{ ami: 'a b', asteriskEtc: undefined }, '--ami a b: expected HOST:PORT'],
    [{}, 'Where do the requests go? Name it: --url'],
    [{ asteriskEtc: '/nowhere' }, '/nowhere has no manager.conf'],
  ])('%j is refused', async (options, said) => {
    place = await SetupPlace.create(DEBIAN, { lists: PLAIN_PBX });
    expect(await place.setup(options)).toEqual({ code: 1, output: expect.stringContaining(said) });
    expect(place.has('config/config.yaml')).toBe(false);
  });
});
