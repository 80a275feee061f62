import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-problem.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { parseConfig } from '../../src/config/load.ts';

const rule = (id: string) => `[{ on: hangup, url: "https://crm.example.com/${id}", id: ${id} }]`;
const TWO = `asterisk:
  - name: east
    host: 10.0.0.1
    username: a
    secret: b
    extensions:
      "101": { channels: [SIP/e101], events: ${rule('east101')} }
      "102": { events: [{ on: hangup, url: "https://crm.example.com/" }] }
  - { name: west, host: 10.0.0.2, username: a, secret: b, extensions: { "102": { events: [{ on: hangup, url: "https://crm.example.com/" }] } } }
extensions:
  "101": { channels: [SIP/101], events: ${rule('all101')} }
  _2XX: { events: ${rule('all2')} }
`;

function problemsOf(source: string): string[] {
  try {
    parseConfig(source, 'c');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, column, key, message }) => `${line}:${column}: ${key}: ${message}`);
  }
}

const idsOf = (config: Config, server: string, extension: string) =>
  new Extensions(config, server).rulesOf(extension).map(({ id }) => id);

describe('a list of Asterisk servers', () => {
  const config = parseConfig(TWO, 'c');

  it('has each with its name and its settings', () => {
    expect(config.servers).toMatchObject([
      { server: 'east', name: 'east', host: '10.0.0.1', port: 5038 },
      { server: 'west', host: '10.0.0.2' },
    ]);
  });

  it('gives a server the extensions for all, and its own before those of the same key', () => {
    expect(idsOf(config, 'east', '101')).toEqual(['east101']);
    expect(idsOf(config, 'west', '101')).toEqual(['all101']);
    expect(idsOf(config, 'east', '201')).toEqual(['all2']);
    const [east, west] = ['east', 'west'].map((server) => new Extensions(config, server));
    expect(east?.ofChannel('SIP/e101-00000001')?.name).toBe('101');
    expect(east?.ofChannel('SIP/101-00000001')).toBeUndefined();
    expect(west?.ofChannel('SIP/101-00000001')?.name).toBe('101');
    expect(west?.ofChannel('SIP/e101-00000001')).toBeUndefined();
  });

  it('derives Event IDs that differ by server', () => {
    const [east = [], west = []] = ['east', 'west'].map((server) => idsOf(config, server, '102'));
    expect([...east, ...west].every((id) => /^[0-9a-f]{8}$/.test(id))).toBe(true);
    expect(east).not.toEqual(west);
  });

  it('has problems with their places, in the extensions of a server too', () => {
    expect(
      problemsOf(`asterisk:
  - { name: east, username: a, secret: b, extensions: { "101": { event: [] } } }
  - { name: east, username: a, secret: b, port: 5039, secert: c }
  - { username: a, secret: b, port: 5040 }
  - { name: a b, username: a, secret: b, port: 70000 }
  - { name: last, username: a, secret: b }
extensions: {}
`),
    ).toEqual([
      '2:66: asterisk[0].extensions.101.event: unknown key; did you mean "events"?',
      '3:13: asterisk[1].name: "east" is the name of another server already; each has one of its own',
      '3:55: asterisk[1].secert: unknown key; did you mean "secret"?',
      '4:5: asterisk[2].name: is missing; expected the name of this server',
      '5:13: asterisk[3].name: "a b": expected letters, digits, ".", "-" and "_": it is part of ids',
      '5:48: asterisk[3].port: "70000": expected a whole number from 1 to 65535',
      expect.stringContaining('asterisk[4].host: 127.0.0.1:5038 is the server east already'),
    ]);
  });

  it('reports an Event ID that two servers have, and a channel that two extensions of one have', () => {
    const twice = TWO.replace('id: all101', 'id: east101').replace(
      '"102": { events',
      '"102": { channels: [SIP/e101], events',
    );
    expect(problemsOf(twice)).toEqual([
      '7:105: asterisk[0].extensions.101.events[0].id: the Event ID east101 is used already, in line 11; it must be unique',
      '8:27: asterisk[0].extensions.102.channels[0]: SIP/e101 belongs to extension 101 already; a channel has one extension',
    ]);
  });

  it('is an error when it is empty', () => {
    expect(problemsOf('asterisk: []\nextensions: {}\n')).toEqual(['1:11: asterisk: expected at least one server']);
  });

  it('needs none for all where a server has its own', () => {
    const [own] = TWO.split('extensions:\n  "101": { channels: [SIP/101]');
    expect(parseConfig(own ?? '', 'c').extensions.map(({ server, key }) => `${server} ${key}`)).toEqual([
      ...['east 101', 'east 102', 'west 102'],
    ]);
  });
});
