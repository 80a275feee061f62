import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, jest, test } from '@jest/globals';
import { RulesFeed } from '../../src/shared-queue/rules-feed.ts';

const RULES = `asterisk: [{ name: east, host: pbx1, username: x, secret: x }, { name: west, host: pbx2, username: x, secret: x }]
extensions: { "101": { events: [{ on: dial-in, url: http://crm.test/, headers: { X-Key: "\${env:TOKEN}" } }] } }
`;

const feeds: RulesFeed[] = [];
const servers: Server[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
  for (const server of servers.splice(0)) server.close();
});

/** Both sources are of one service, and have one text. */
function published(env: NodeJS.ProcessEnv) {
  const asked: string[] = [];
  let revision = 'r1';
  const changes: [source: string, problem: string | undefined][] = [];
  const feed = new RulesFeed({
    claims: {
      revisions: async () =>
        new Map([
          ['east', revision],
          ['west', revision],
        ]),
      rules: async (wanted) => {
        asked.push(wanted);
        return RULES;
      },
    },
    env,
    onSecrets: () => undefined,
    onChange: (...change) => changes.push(change),
  });
  feeds.push(feed);
  const change = () => {
    revision = `${revision}+`;
  };
  return { feed, asked, changes, change };
}

test('rules of several sources of one service are fetched and read once', async () => {
  const { feed, asked, changes } = published({ TOKEN: 'x' });
  await feed.refresh();
  expect(asked).toEqual(['r1']);
  expect(feed.usable.get('west')).toBe(feed.usable.get('east'));
  expect(changes).toEqual([
    ['east', undefined],
    ['west', undefined],
  ]);
  await feed.refresh();
  expect(asked).toEqual(['r1']);
});

test('rules that cannot be used here are looked at again, once for all of their sources', async () => {
  const env: NodeJS.ProcessEnv = {};
  const { feed, asked, changes } = published(env);
  await feed.refresh();
  expect([...feed.problems.keys()]).toEqual(['east', 'west']);
  expect(changes.map(([source]) => source)).toEqual(['east', 'west']);
  await feed.refresh();
  expect(asked).toEqual(['r1', 'r1']);
  expect(changes).toHaveLength(2);
  env.TOKEN = 'x';
  await feed.refresh();
  expect([...feed.usable.keys()]).toEqual(['east', 'west']);
  expect(feed.problems.size).toBe(0);
});

/** A connection that a worker's rules have kept open to a receiver. */
async function keptConnection(feed: RulesFeed): Promise<Socket> {
  const server = createServer((_, response) => response.end());
  // It closes none itself.
  server.keepAliveTimeout = 0;
  const connected = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const request = { method: 'GET', url, headers: {}, body: undefined, timeoutMs: 5000 } as const;
  const result = await feed.usable.get('east')?.sender.send(request);
  expect(result).toMatchObject({ kind: 'answer', status: 200 });
  servers.push(server);
  const [socket] = await connected;
  return socket;
}

test('connections of rules that were replaced are closed, when what was under way has ended', async () => {
  const { feed, change } = published({ TOKEN: 'x' });
  await feed.refresh();
  const socket = await keptConnection(feed);
  const closed = once(socket, 'close');
  change();
  jest.useFakeTimers();
  try {
    await feed.refresh();
    jest.advanceTimersByTime(599_000);
    expect(socket.destroyed).toBe(false);
    jest.advanceTimersByTime(2000);
  } finally {
    jest.useRealTimers();
  }
  await closed;
});

test('connections are closed with the feed', async () => {
  const { feed } = published({ TOKEN: 'x' });
  await feed.refresh();
  const closed = once(await keptConnection(feed), 'close');
  feed.close();
  await closed;
});
