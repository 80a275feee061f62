import { expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { createPageService } from '../../src/service/create-page-service.ts';
import { ServiceEvents } from '../../src/service/service-events.ts';
import { Arrivals } from '../helpers/arrivals.ts';

const unused = () => {
  throw new Error('not used here');
};

it('logs that the attempts of workers cannot be watched, and goes on', async () => {
  const log = new Arrivals<Record<string, unknown>>();
  const { watchAttempts } = createPageService({
    service: {
      events: new ServiceEvents(unused),
      state: {
        servers: [],
        outbox: { ok: true, reason: undefined, waiting: 0, lost: 0 },
        queue: { depth: 0, oldestMs: 0, running: 0 },
        tracker: { channels: 0, legs: 0 },
        suspended: 0,
      },
      openLegs: () => [],
      reload: async () => true,
    },
    configFile: 'config.yaml',
    env: {},
    active: unused,
    outboxPath: '/nowhere/outbox.db',
    queue: 'postgres://reader:geheim@127.0.0.1:1/calls?sslmode=verify-full&sslrootcert=/nowhere/ca.pem',
    log: createLog('info', 'json', [], (line) => log.add(JSON.parse(line))),
    secrets: [],
    isDemo: false,
  });
  const end = watchAttempts?.(unused);
  await log.until((lines) => lines.some(({ msg }) => String(msg).startsWith('what workers send cannot be watched')));
  expect(await end?.()).toBeUndefined();
});
