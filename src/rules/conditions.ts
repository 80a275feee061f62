import type { CallEvent } from '../calls/call-event.ts';
import type { Conditions } from '../config/config.ts';
import { type DialplanPattern, isPattern, parsePattern } from '../config/dialplan-pattern.ts';
import { knownParameters, type RuleDefaults } from './parameters.ts';

/** A condition of a rule that a call event does not meet. */
export interface UnmetCondition {
  /** A parameter, or `from`. */
  name: string;
  /** The allowed values, as in config.yaml: values, patterns, `any`, `none`. */
  wanted: readonly string[];
  /** The actual value; absent: it is not known. */
  actual: string | undefined;
}

/** The first condition that does not hold; absent when all do. Numbers are compared as they are sent: rewritten. */
export function unmetCondition(event: CallEvent, when: Conditions, defaults: RuleDefaults): UnmetCondition | undefined {
  const names = Object.keys(when);
  if (names.length === 0) return undefined;
  const known: Record<string, string> = { ...knownParameters(event, defaults), from: sideOf(event) };
  for (const name of names) {
    const wanted = when[name] ?? [];
    const actual = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!wanted.some((value) => matches(value, actual))) return { name, wanted, actual };
  }
  return undefined;
}

/** An extension's own calls, and those of another extension, come from inside. */
const sideOf = ({ params }: CallEvent) => (params.CallerExtension === undefined ? 'outside' : 'inside');

function matches(wanted: string, actual: string | undefined): boolean {
  if (wanted === 'none') return actual === undefined;
  if (actual === undefined) return false;
  if (wanted === 'any') return true;
  return isPattern(wanted) ? patternOf(wanted).matches(actual) : wanted === actual;
}

/** Parsed patterns by their text: they come from config.yaml, so there are few. */
const patterns = new Map<string, DialplanPattern>();

function patternOf(text: string): DialplanPattern {
  const known = patterns.get(text) ?? parsePattern(text);
  patterns.set(text, known);
  return known;
}
