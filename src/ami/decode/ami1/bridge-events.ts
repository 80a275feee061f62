import type { AmiEvent } from '../../ami-events.ts';
import type { Packet } from '../../wire/packet.ts';
import { fieldsOf, joinCall } from './identity.ts';
import type { TranslationState } from './translation-state.ts';

export function localBridge(state: TranslationState, packet: Packet): AmiEvent[] {
  const one = state.identities.upsert(packet.get('Uniqueid1'), packet.get('Channel1'));
  const two = state.identities.upsert(packet.get('Uniqueid2'), packet.get('Channel2'));
  if (one === undefined || two === undefined) return [];
  joinCall(one, two);
  return [{ event: 'LocalBridge', one: fieldsOf(one), two: fieldsOf(two) }];
}

/** Two channels are linked: the one that was dialled by the other has answered. */
export function link(state: TranslationState, packet: Packet): AmiEvent[] {
  const one = state.identities.upsert(packet.get('Uniqueid1'), packet.get('Channel1'));
  const other = state.identities.upsert(packet.get('Uniqueid2'), packet.get('Channel2'));
  if (one === undefined || other === undefined) return [];
  const dial = state.dials.between(one.currentUniqueid, other.currentUniqueid);
  return [...(dial ? state.dials.end(dial, 'ANSWER') : []), ...state.bridges.link(one, other)];
}

export function unlink(state: TranslationState, packet: Packet): AmiEvent[] {
  return ['Uniqueid1', 'Uniqueid2'].flatMap((header) => {
    const uniqueid = packet.get(header);
    return state.bridges.leave(uniqueid, state.identities.get(uniqueid));
  });
}
