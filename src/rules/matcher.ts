import type { CallEvent } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';
import { type UnmetCondition, unmetCondition } from './conditions.ts';
import type { RuleDefaults } from './parameters.ts';

/** The rules that send a request for a call event, and why each of the others does not. */
export interface Matched {
  rules: Rule[];
  /** Rules that would be used if their receivers had not answered 410 Gone. */
  suspended: Rule[];
  /** The extension's rules that are not used; shown by `--explain`. */
  unused: UnusedRule[];
}

/** A rule that is not used for a call event, and why. */
export type UnusedRule =
  | { rule: Rule; reason: 'disabled' | 'other event' }
  | { rule: Rule; reason: 'condition'; condition: UnmetCondition };

/**
 * @param rules all rules of the event's extension
 * @param suspended Event IDs of rules whose receiver answered 410 Gone
 */
export function matchRules(
  event: CallEvent,
  rules: readonly Rule[],
  defaults: RuleDefaults,
  suspended: ReadonlySet<string> = new Set(),
): Matched {
  const matched: Matched = { rules: [], suspended: [], unused: [] };
  for (const rule of rules) {
    const unused = whyUnused(event, rule, defaults);
    if (unused !== undefined) matched.unused.push(unused);
    else if (suspended.has(rule.id)) matched.suspended.push(rule);
    else matched.rules.push(rule);
  }
  return matched;
}

function whyUnused(event: CallEvent, rule: Rule, defaults: RuleDefaults): UnusedRule | undefined {
  if (rule.on !== event.event) return { rule, reason: 'other event' };
  if (rule.status === 'disabled') return { rule, reason: 'disabled' };
  const condition = unmetCondition(event, rule.when, defaults);
  return condition && { rule, reason: 'condition', condition };
}
