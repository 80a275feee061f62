import type { DeliveryFilter, SuspendedRule } from './admin.ts';

/** The deliveries of a filter that may be sent again. */
export interface Resendable {
  filter: DeliveryFilter;
  /**
   * The others that the filter selects: deliveries of suspended rules, by rule. Retried, they would be dead at once,
   * unsent.
   */
  suspended: DeliveryFilter[];
}

/** @param rules the suspended rules: what they have is left out */
export function resendableOf(filter: DeliveryFilter, rules: readonly SuspendedRule[]): Resendable {
  const ids = rules.map(({ ruleId }) => ruleId).filter((id) => filter.ruleId === undefined || filter.ruleId === id);
  if (ids.length === 0) return { filter, suspended: [] };
  return { filter: { ...filter, exceptRules: ids }, suspended: ids.map((ruleId) => ({ ...filter, ruleId })) };
}
