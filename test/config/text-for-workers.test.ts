// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references, as they are written
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/load.ts';
import { textForWorkers } from '../../src/config/text-for-workers.ts';

const SOURCE = `# Of this host.
asterisk:
  name: pbx
  host: 10.0.0.1
  username: callevents
  secret: geheim
outbox: /var/lib/call-events/outbox.db
queue: postgres://call_events:hidden@db/call_events
web: { enabled: true, password: x }
metrics: { enabled: true }
delivery: { timeout: 5s }
extensions:
  "101":
    events:
      - on: hangup
        id: A
        url: https://crm.example.com/?key=\${env:KEY}
        method: POST
        body: { number: 5, text: "5", who: "{CallerIDNum}" }
`;

describe('what a service publishes for workers', () => {
  const text = textForWorkers(SOURCE);

  it('holds nothing of its host, and references as they are written', () => {
    expect(text).not.toMatch(/geheim|callevents|hidden|outbox|web:|metrics|Of this host/);
    expect(text).toContain('${env:KEY}');
  });

  it('makes the same rules', () => {
    const of = (source: string) => {
      const { extensions, delivery, servers } = parseConfig(source, 'c', {
        env: { KEY: 'k' },
        require: 'extensions',
        webPassword: 'optional',
      });
      return { rules: extensions[0]?.rules, delivery, name: servers[0]?.name };
    };
    expect(of(text)).toEqual(of(SOURCE.replace(/^web:.*\n/m, '')));
  });

  it('breaks no line, for what is broken takes the slow parser', () => {
    const rule = `{ on: hangup, url: "https://crm.example.com/hangup/of/a/customer/whose/address/is/long", notes: "as they are" }`;
    const source = SOURCE.replace(/events:\n(.*\n)*/, `events:\n      - ${rule}\n`);
    expect(textForWorkers(source)).toContain(rule);
  });

  it('keeps the extensions of each of several servers', () => {
    const list = SOURCE.replace(
      /asterisk:\n( {2}.*\n)+/,
      'asterisk:\n  - { name: east, username: a, secret: b, extensions: { "200": {} } }\n  - { name: west, host: 10.0.0.2, username: a, secret: c }\n',
    );
    const { servers, extensions } = parseConfig(textForWorkers(list), 'c', {
      require: 'extensions',
      env: { KEY: 'k' },
    });
    expect(servers.map(({ server, secret }) => [server, secret])).toEqual([
      ['east', '-'],
      ['west', '-'],
    ]);
    expect(extensions.map(({ key, server }) => [key, server])).toEqual([
      ['101', undefined],
      ['200', 'east'],
    ]);
  });

  it('has what an alias stands for, where that is not of workers itself', () => {
    const source = `asterisk:
  { name: pbx, username: a, secret: b, tls: &own { rejectUnauthorized: false, servername: &name { x: y } } }
web: { users: [&first { name: &name 5s }] }
delivery: { tls: *own, timeout: *name, connectTimeout: &name 2s }
extensions:
  "101": { events: &crm [{ on: hangup, url: http://crm.test/, timeout: *name }] }
  "102": { events: *crm }
`;
    expect(parse(textForWorkers(source))).toEqual({
      asterisk: { name: 'pbx', username: '-', secret: '-' },
      delivery: {
        tls: { rejectUnauthorized: false, servername: { x: 'y' } },
        timeout: '5s',
        connectTimeout: '2s',
      },
      extensions: {
        '101': { events: [{ on: 'hangup', url: 'http://crm.test/', timeout: '2s' }] },
        '102': { events: [{ on: 'hangup', url: 'http://crm.test/', timeout: '2s' }] },
      },
    });
    // What thousands of extensions share is not written thousands of times.
    expect(textForWorkers(source)).toContain('*crm');
  });

  it('holds no secret of a server that is an alias', () => {
    const source = 'extensions: { "101": {} }\nweb: { x: &pbx { username: a, secret: geheim } }\nasterisk: *pbx\n';
    expect(textForWorkers(source)).not.toContain('geheim');
  });
});
