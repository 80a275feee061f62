import type { CallEvent } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';

/** Which rules a call event has, and why each of the others sends nothing. */
export interface Matched {
  rules: Rule[];
  /** Would be used if their receivers had not answered 410 Gone. */
  suspended: Rule[];
  /** For `--explain`: the extension's rules that are not used. */
  unused: { rule: Rule; reason: 'disabled' | 'other event' }[];
}

/**
 * @param rules all rules of the event's extension
 * @param suspended Event IDs of rules whose receiver answered 410 Gone
 */
export function matchRules(
  event: Pick<CallEvent, 'event'>,
  rules: readonly Rule[],
  suspended: ReadonlySet<string> = new Set(),
): Matched {
  const matched: Matched = { rules: [], suspended: [], unused: [] };
  for (const rule of rules) {
    if (rule.on !== event.event) matched.unused.push({ rule, reason: 'other event' });
    else if (rule.status === 'disabled') matched.unused.push({ rule, reason: 'disabled' });
    else if (suspended.has(rule.id)) matched.suspended.push(rule);
    else matched.rules.push(rule);
  }
  return matched;
}
