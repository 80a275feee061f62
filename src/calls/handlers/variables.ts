import type { VarSet } from '../../ami/ami-events.ts';
import type { Channel } from '../model/channel.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { openLegOfLine } from './line-calls.ts';

/** The variable in which dialplans keep the number that a call came in on. */
export const FROM_DID = 'FROM_DID';

/** The name under which a variable is kept: inherited ones carry one or two underscores in front of theirs. */
export function withoutUnderscores(variable: string): string {
  // Most names have no underscores, and are not copied.
  return variable.startsWith('_') ? variable.replace(/^__?/, '') : variable;
}

/** A channel variable is set; ignored for an unknown channel. */
export function varSet(state: TrackerState, event: VarSet): void {
  const channel = state.channels.get(event.uniqueid);
  if (channel === undefined) return;
  setVariable(state, channel, event.variable, event.value);
  if (withoutUnderscores(event.variable) === FROM_DID) openLegOfLine(state, channel, event.at);
}

/** Keeps the value of a channel variable that the configuration names, also with the legs that send it. */
export function setVariable(state: TrackerState, channel: Channel, variable: string, value: string): void {
  const name = withoutUnderscores(variable);
  if (name === FROM_DID) channel.setFromDid(value, state.directory.prefersFromDid === true);
  if (!state.variables.has(name)) return;
  // `channelvars` in manager.conf repeats it in every event.
  if (channel.variables?.get(name) === value) return;
  channel.setVariable(name, value);
  if (channel.leg !== undefined) state.legs.setVariable(channel.leg, name, value);
  state.legs.setCallerVariable(channel.uniqueid, name, value);
}
