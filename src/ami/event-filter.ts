import { USED_EVENTS } from './decode/dialect.ts';
import { RESYNC_EVENTS } from './session/resync.ts';
import { LONGEST_VALUE } from './session/settings.ts';

/**
 * A filter for `Action: Filter` that lets nothing through but the events that are used: a regular expression that
 * Asterisk matches with the text of each event. Answers to actions, the list of channels among them, pass no filter.
 *
 * @param variables names of the channel variables that are read: `VarSet` of all others is half of all events
 */
export function eventFilter(variables: readonly string[]): string {
  const used = new Set([...USED_EVENTS, ...RESYNC_EVENTS]);
  if (variables.length === 0) used.delete('VarSet');
  const all = `^Event: (${[...used].join('|')})[[:space:]]`;
  // A name with other characters would need more care than it is worth.
  if (variables.length === 0 || variables.some((name) => !/^\w+$/.test(name))) return all;
  used.delete('VarSet');
  // Inherited variables carry one or two underscores in front of their name.
  const some = `VarSet[[:space:]].*Variable: _*(${variables.join('|')})[[:space:]]`;
  const filter = `^Event: ((${[...used].join('|')})[[:space:]]|${some})`;
  return filter.length > LONGEST_VALUE ? all : filter;
}
