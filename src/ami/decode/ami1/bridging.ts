import type { AmiEvent } from '../../events.ts';
import type { Packet } from '../../wire/packet.ts';
import { fieldsOf, joinCall } from './identity.ts';
import type { TranslationState } from './state.ts';

export function localBridge(known: TranslationState, packet: Packet): AmiEvent[] {
  const one = known.identities.see(packet.get('Uniqueid1'), packet.get('Channel1'));
  const two = known.identities.see(packet.get('Uniqueid2'), packet.get('Channel2'));
  if (one === undefined || two === undefined) return [];
  joinCall(one, two);
  return [{ event: 'LocalBridge', one: fieldsOf(one), two: fieldsOf(two) }];
}

/** Two channels are linked: whoever was dialled by the other has answered. */
export function link(known: TranslationState, packet: Packet): AmiEvent[] {
  const one = known.identities.see(packet.get('Uniqueid1'), packet.get('Channel1'));
  const other = known.identities.see(packet.get('Uniqueid2'), packet.get('Channel2'));
  if (one === undefined || other === undefined) return [];
  const dial = known.dials.between(one.wire, other.wire);
  return [...(dial ? known.dials.end(dial, 'ANSWER') : []), ...known.bridges.link(one, other)];
}

export function unlink(known: TranslationState, packet: Packet): AmiEvent[] {
  return ['Uniqueid1', 'Uniqueid2'].flatMap((header) => {
    const wire = packet.get(header);
    return known.bridges.leave(wire, known.identities.get(wire));
  });
}
