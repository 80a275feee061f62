import type { Channel } from '../model/channel.ts';
import type { State } from '../model/state.ts';

/** The variable in which dialplans keep the number that a call came in on. */
export const FROM_DID = 'FROM_DID';

/** Inherited variables carry one or two underscores in front of their name. */
export function withoutUnderscores(variable: string): string {
  // Most have none, and are not copied.
  return variable.startsWith('_') ? variable.replace(/^__?/, '') : variable;
}

/** A channel variable has this value: kept where it is wanted, with the leg of its channel too. */
export function setVariable(state: State, channel: Channel, variable: string, value: string): void {
  const name = withoutUnderscores(variable);
  if (name === FROM_DID) channel.fromDid = value;
  if (!state.variables.has(name)) return;
  channel.variables ??= new Map();
  // `channelvars` in manager.conf repeats it in every event.
  if (channel.variables.get(name) === value) return;
  channel.variables.set(name, value);
  const { leg } = channel;
  if (leg === undefined) return;
  leg.variables ??= new Map();
  leg.variables.set(name, value);
  state.legs.changed(leg);
}
