import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { migrate } from '../../src/delivery/outbox/migrations.ts';
import { Outbox } from '../../src/delivery/outbox/outbox.ts';
import type { OutboxChange } from '../../src/delivery/outbox-change.ts';
import { createLog } from '../../src/log.ts';
import { buildActiveConfig } from '../../src/service/active-config.ts';
import { Pipeline } from '../../src/service/pipeline.ts';
import { ServiceEvents } from '../../src/service/service-events.ts';
import { Arrivals } from '../helpers/arrivals.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** The configuration with these Asterisk servers. */
function active(...servers: string[]) {
  const list = servers.map((name, port) => `{ name: ${name}, port: ${port + 1}, username: a, secret: geheim }`);
  const text = `asterisk: [${list.join(', ')}]\nextensions: {}\n`;
  return buildActiveConfig(parseConfig(text, 'config.yaml', { env: {} }), text);
}

/** An outbox that takes no change once the test says so: some bug in the program. */
class BrokenOutbox extends Outbox {
  isBroken = false;

  override write(change: OutboxChange): void {
    if (this.isBroken) throw new Error('a bug');
    super.write(change);
  }
}

it('logs that a feed that was taken out of config.yaml has not ended as it should, and goes on', async () => {
  const log = new Arrivals<Record<string, unknown>>();
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const outbox = new BrokenOutbox(database, { trouble: () => undefined, recovered: () => undefined });
  const pipeline = new Pipeline({
    outbox,
    active: active('east', 'west'),
    events: new ServiceEvents(() => undefined),
    log: createLog('info', 'json', [], (line) => log.add(JSON.parse(line))),
    failPoint: undefined,
  });
  ending.push(async () => {
    outbox.isBroken = false;
    await pipeline.stop();
    outbox.close();
  });
  outbox.isBroken = true;
  pipeline.configure(active('east'));
  await log.until((lines) =>
    lines.some(({ msg }) => String(msg).startsWith('west, which is no longer in config.yaml')),
  );
  outbox.isBroken = false;
  expect(await pipeline.stop()).toMatchObject({ ended: true });
});
