import { afterEach, expect, test } from '@jest/globals';
import { RulesFeed } from '../../src/shared-queue/rules-feed.ts';

const RULES = `asterisk: [{ name: east, host: pbx1, username: x, secret: x }, { name: west, host: pbx2, username: x, secret: x }]
extensions: { "101": { events: [{ on: dial-in, url: http://crm.test/, headers: { X-Key: "\${env:TOKEN}" } }] } }
`;

const feeds: RulesFeed[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) for (const { sender } of feed.usable.values()) sender.close();
});

/** Both sources are of one service, and have one text. */
function published(env: NodeJS.ProcessEnv) {
  const asked: string[] = [];
  const changes: [source: string, problem: string | undefined][] = [];
  const feed = new RulesFeed({
    claims: {
      revisions: async () =>
        new Map([
          ['east', 'r1'],
          ['west', 'r1'],
        ]),
      rules: async (revision) => {
        asked.push(revision);
        return RULES;
      },
    },
    env,
    onSecrets: () => undefined,
    onChange: (...change) => changes.push(change),
  });
  feeds.push(feed);
  return { feed, asked, changes };
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
