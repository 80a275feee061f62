import type { DeliveryFilter, SuspendedRule } from './admin.ts';

/** What of a filter may be sent again. */
export interface Sendable {
  filter: DeliveryFilter;
  /** What else it selects: the deliveries of suspended rules, by rule. Sent again they would be dead at once, unsent. */
  suspended: DeliveryFilter[];
}

export function sendableOf(filter: DeliveryFilter, rules: readonly SuspendedRule[]): Sendable {
  const ids = rules.map(({ ruleId }) => ruleId).filter((id) => filter.ruleId === undefined || filter.ruleId === id);
  if (ids.length === 0) return { filter, suspended: [] };
  return { filter: { ...filter, exceptRules: ids }, suspended: ids.map((ruleId) => ({ ...filter, ruleId })) };
}
