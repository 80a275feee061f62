import { expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config/config-problem.ts';
import { Extensions } from '../../../src/config/directory/extensions.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { Redactor } from '../../../src/redact/redactor.ts';
import { RuleStore } from '../../../src/web/editing/rule-store.ts';
import type { WebContext } from '../../../src/web/web-context.ts';

it('shows what is active, of a server alone too, where config.yaml cannot be read', async () => {
  const config = parseConfig(
    `asterisk:
  - name: east
    username: a
    secret: bcdefgh
    extensions: { "101": { notes: East, events: [{ on: hangup, id: one, url: "https://a.example/?token=abcdef0123456789" }] } }
extensions: {}
`,
    'config.yaml',
  );
  const read = () => {
    throw new ConfigError('config.yaml', [{ line: 3, column: 1, key: '', message: 'is cut off' }]);
  };
  const context = {
    ...{ config, editor: { read }, redactor: new Redactor([]) },
    extensions: (server?: string) => new Extensions(config, server),
  };
  const store = new RuleStore(context as unknown as WebContext);
  expect(await store.extension('101')).toMatchObject({
    server: 'east',
    entry: { notes: 'East' },
    rulesFrom: '101',
    rules: [{ id: 'one', shown: { url: 'https://a.example/?token=***' } }],
    readOnly: expect.stringContaining('is cut off'),
  });
  await expect(store.extension('102')).rejects.toMatchObject({ status: 404 });
});
