import { ALL_PARAMETERS } from '../../event-and-parameter-names.ts';
import type { Conditions } from '../config.ts';
import { isPattern } from '../dialplan-pattern.ts';
import type { RawRule } from '../schema/schema.ts';
import type { CheckContext, Path } from './check-context.ts';
import { patternOf } from './extension.ts';
import { didYouMean } from './nearest.ts';

/** All possible values, for the parameters that have few. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  from: ['outside', 'inside'],
  CallFlow: ['IN', 'OUT'],
  CallStatus: ['CALLING', 'ANSWER', 'UNKNOWN'],
};

/** What CallStatus can be, by the beginning of the event's name. */
const STATUS_OF: readonly (readonly [event: string, statuses: readonly string[]])[] = [
  ['dial', ['CALLING']],
  ['answer', ['ANSWER']],
  ['hangup', ['ANSWER', 'UNKNOWN']],
  ['missed', ['UNKNOWN']],
];

/**
 * The conditions of a rule, each with its list of values.
 * @param at where the rule stands
 * @param variables the channel variables that the rule reads
 */
export function checkWhen(
  { when = {}, on }: Pick<RawRule, 'when' | 'on'>,
  at: Path,
  variables: readonly string[],
  { fail, failKey, hint }: CheckContext,
): Conditions {
  const here = [...at, 'when'];
  const known = ['from', ...ALL_PARAMETERS, ...variables];
  const conditions = Object.entries(when).map(([name, given]): [string, readonly string[]] => {
    if (!known.includes(name)) failKey(here, name, `is no parameter; ${adviceFor(name, known)}`);
    const values = typeof given === 'string' ? [given] : given;
    values.forEach((value, index) => {
      const where = [...here, name, ...(typeof given === 'string' ? [] : [index])];
      const wrong = wrongValue(name, value, (message) => fail(where, `"${value}": bad pattern: ${message}`));
      if (wrong !== undefined) fail(where, wrong);
    });
    return [name, values];
  });
  const statuses = STATUS_OF.find(([event]) => on.startsWith(event))?.[1];
  const wanted = conditions.find(([name]) => name === 'CallStatus')?.[1];
  if (statuses !== undefined && wanted?.every((value) => value !== 'any' && !statuses.includes(value)))
    hint([...here, 'CallStatus'], `is never true: on ${on} CallStatus is ${statuses.join(' or ')}`);
  return Object.fromEntries(conditions);
}

function adviceFor(name: string, known: readonly string[]): string {
  return (
    didYouMean(name, known) ||
    'expected one such as CallStatus, CallerExtension or CalledDID, from, or a channel variable of the rule\'s "variables"'
  );
}

function wrongValue(name: string, value: string, badPattern: (message: string) => void): string | undefined {
  const values = VALUES[name];
  if (values !== undefined) {
    if (values.includes(value) || (name !== 'from' && (value === 'any' || value === 'none'))) return undefined;
    const advice = didYouMean(value, values);
    return `"${value}": expected one of: ${values.join(', ')}${advice && `; ${advice}`}`;
  }
  if (isPattern(value)) patternOf(value, (message) => badPattern(message.replace('bad pattern: ', '')));
  return undefined;
}
