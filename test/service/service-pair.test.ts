import { expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { createLog } from '../../src/log.ts';
import { buildActiveConfig } from '../../src/service/active-config.ts';
import { Pair, type PairedServer } from '../../src/service/service-pair.ts';
import { SharedQueueLink } from '../../src/service/shared-queue-link.ts';
import { Relay } from '../../src/shared-queue/relay.ts';

const TEXT = 'asterisk: { name: pbx, username: u, secret: s }\nextensions: { "101": {} }\n';
const log = createLog('info', 'json', [], () => undefined);
const link = new SharedQueueLink('postgres://127.0.0.1:1/x', buildActiveConfig(parseConfig(TEXT, 'c'), TEXT), log);
const relay = new Relay({
  outbox: { read: async () => undefined, write: () => undefined },
  insert: async () => undefined,
  sourceOf: () => 'pbx',
  onTrouble: () => undefined,
});
const server: PairedServer = {
  listening: () => undefined,
  begunUnseen: () => [],
  partialLegs: () => [],
  adopt: () => [],
  decided: () => undefined,
};
const partial = { callEvent: { partial: true, leg: { server: 'b' } } } as Delivery;

it('keeps a server that was put back while it still left', () => {
  const pair = new Pair({
    ...{ link, relay, log, service: () => 'one', unwrittenMs: () => 0, whenWritten: (action) => action() },
  });
  const leave = pair.join('b', { ...server });
  const leaveAgain = pair.join('b', { ...server });
  leave();
  expect(pair.isUndecided(partial)).toBe(true);
  leaveAgain();
  expect(pair.isUndecided(partial)).toBe(false);
});
