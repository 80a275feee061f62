import { expect, it } from '@jest/globals';
import { Extensions } from '../../../src/config/directory/extensions.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { Redactor } from '../../../src/redact/redactor.ts';
import type { WebContext } from '../../../src/web/context.ts';
import { RuleStore } from '../../../src/web/editing/rule-store.ts';

it('shows an extension of one server alone, and says where it is changed', async () => {
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
  const context = { config, extensions: () => new Extensions(config, 'east'), redactor: new Redactor([]) };
  const stored = await new RuleStore(context as unknown as WebContext).extension('101');
  expect(stored).toMatchObject({
    entry: { notes: 'East' },
    rulesFrom: '101',
    rules: [{ id: 'one', shown: { url: 'https://a.example/?token=***' } }],
    readOnly: '101 is an extension of east alone: it stands under asterisk in config.yaml, and is changed there',
  });
  await expect(new RuleStore(context as unknown as WebContext).extension('102')).rejects.toMatchObject({ status: 404 });
});
