import type { Config } from '../config/config.ts';
import type { DeliveryView } from '../delivery/admin.ts';
import { targetOf } from '../delivery/delivery.ts';
import { CurrentRules } from '../delivery/dispatch/current-rules.ts';
import type { Redactor } from '../redact/redactor.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';

/** The request of the next attempt of a delivery, by the present configuration. */
export function describeNextRequest(one: DeliveryView, config: Config, redactor: Redactor): string {
  const rules = new CurrentRules(config, (server) => ruleDefaultsOf(config, server));
  const problem = rules.problemOf(one.ruleId, one.event);
  if (problem !== undefined) return `sent again, it becomes a dead letter at once: ${problem}`;
  const { callEvent } = one;
  if (callEvent === undefined) return 'sent again, it goes as it was made: an older version has made it';
  const { method, url } = rules.remake({
    ...one,
    event: callEvent.event,
    method: one.method === 'POST' ? 'POST' : 'GET',
    legKey: '',
    target: targetOf(one.url),
    callEvent,
  });
  return `sent again, it is made from the rule as it is now: ${method} ${redactor.url(url)}`;
}
