import type { Pickup } from '../ami/events.ts';
import type { CallParameters } from './call-event.ts';
import type { Channel } from './channel.ts';
import { dialIn } from './opening.ts';
import { originOf } from './origin.ts';
import type { State } from './state.ts';

/** A channel takes over a ringing phone's call: it is called by that call's caller, and has answered. */
export function pickup(state: State, event: Pickup): void {
  const picker = state.see(event, event.at);
  const target = state.see(event.target, event.at);
  if (picker === undefined || target === undefined) return;
  picker.pickedUp = true;
  if (state.settling.delete(picker)) state.unsent('dial-out', 'pickup', picker, event.at);
  const dial = target.dialledBy;
  if (picker.leg !== undefined || dial?.source === undefined || target.originated) return;
  const callId = target.leg?.params.CallID ?? dial.source.linkedid;
  dialIn(state, picker, originOf(dial), callId, event.at, shownOn(target));
}

/** What the phone shows whose call is picked up: the picker's own channel shows its own number. */
function shownOn(target: Channel): Partial<CallParameters> {
  if (target.leg === undefined) return {};
  const { CallerIDNum, CallerIDNam } = target.leg.params;
  return {
    ...(CallerIDNum !== undefined && { CallerIDNum }),
    ...(CallerIDNam !== undefined && { CallerIDNam }),
  };
}
