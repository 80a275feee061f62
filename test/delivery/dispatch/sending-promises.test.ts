import { DatabaseSync } from 'node:sqlite';
import { parseConfig } from '../../../src/config/load.ts';
import { CurrentRules } from '../../../src/delivery/dispatch/current-rules.ts';
import { DeliveryPolicies } from '../../../src/delivery/dispatch/delivery-policies.ts';
import { Dispatcher } from '../../../src/delivery/dispatch/dispatcher.ts';
import { AddressGuard } from '../../../src/delivery/http/address-guard.ts';
import { Sender } from '../../../src/delivery/http/sender.ts';
import { migrate } from '../../../src/delivery/outbox/migrations.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { SqliteAdmin } from '../../../src/delivery/outbox/sqlite-admin.ts';
import { pendingOf } from '../../../src/delivery/pending-delivery.ts';
import { ruleDefaultsOf } from '../../../src/rules/rule-defaults.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { sendsAsPromised } from '../sending-promises.ts';

const never = (reason: unknown) => {
  throw reason;
};

function rulesOf(text: string) {
  const config = parseConfig(text, 'config.yaml', { require: 'extensions' });
  return {
    current: new CurrentRules(config, (server) => ruleDefaultsOf(config, server)),
    policies: new DeliveryPolicies(config),
    sender: new Sender(new AddressGuard(config.delivery), config.delivery.connectTimeout),
    limits: config.delivery,
  };
}

sendsAsPromised('the outbox in SQLite', async (text) => {
  let rules = rulesOf(text);
  const senders = [rules.sender];
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const outbox = new Outbox(database, { trouble: ({ error }) => never(error), recovered: never });
  const clock = new FakeClock(async () => {
    do for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    while (dispatcher.queue.running > 0);
  });
  let suspended: ReadonlySet<string> = new Set();
  const dispatcher: Dispatcher = new Dispatcher({
    outbox,
    clock,
    send: (request) => rules.sender.send(request),
    policyFor: (ruleId, event) => rules.policies.policyFor(ruleId, event),
    rules: () => rules.current,
    limits: () => rules.limits,
    onAttempt: () => undefined,
    isSuspended: (ruleId) => suspended.has(ruleId),
    onSuspended: (ruleId) => {
      suspended = new Set([...suspended, ruleId]);
    },
    onUnreadable: never,
  });
  return {
    admin: new SqliteAdmin(database),
    now: async () => clock.now(),
    async store(deliveries) {
      outbox.write({
        deliveries,
        written: () => {
          for (const delivery of deliveries) {
            const ageMs = clock.now() - delivery.createdAt;
            dispatcher.add(pendingOf(delivery), clock.monotonic() - ageMs);
          }
        },
      });
      outbox.flush();
    },
    async configure(next) {
      rules = rulesOf(next);
      senders.push(rules.sender);
      dispatcher.rulesChanged();
    },
    async pass(ms) {
      // As the service does when a command has changed something.
      outbox.flush();
      const now = await outbox.restore();
      suspended = now.suspended;
      dispatcher.reconcile(now.pending);
      await clock.pass(ms);
      outbox.flush();
    },
    prune: async (keepMs) => outbox.prune(clock.now() - keepMs, 1000, 1000),
    async remove() {
      await dispatcher.drain(1000);
      outbox.close();
      for (const sender of senders) sender.close();
    },
  };
});
