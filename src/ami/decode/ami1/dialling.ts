import { type AmiEvent, UP } from '../../events.ts';
import type { Packet } from '../../wire/packet.ts';
import { fieldsOf, type Identity, joinCall, otherHalf } from './identity.ts';
import { shownFields } from './shown.ts';
import type { TranslationState } from './state.ts';

export function dialBegin(known: TranslationState, packet: Packet): AmiEvent[] {
  const { identities } = known;
  const source = identities.see(dialler(packet), packet.get('Channel') || packet.get('Source'));
  const dest = identities.see(packet.get('DestUniqueID'), packet.get('Destination'));
  if (source === undefined || dest === undefined) return [];
  // A Local channel that nobody dialled but whose other half dials: it was originated.
  const half = identities.named(otherHalf(source.name) ?? '');
  const told = half === undefined ? [] : originated(half);
  return [...told, ...begin(known, source, dest, packet)];
}

/** A queue rings its members; with class `agent` only. */
export function agentCalled(known: TranslationState, packet: Packet): AmiEvent[] {
  const source = known.identities.see(packet.get('Uniqueid'), packet.get('ChannelCalling'));
  const dest = known.identities.named(packet.get('DestinationChannel'));
  return source === undefined || dest === undefined ? [] : begin(known, source, dest, packet);
}

/** It names the caller only, who may have several dials open. */
export function dialEnd({ dials }: TranslationState, packet: Packet): AmiEvent[] {
  const status = packet.get('DialStatus');
  const open = dials.by(dialler(packet));
  if (status !== 'ANSWER') return open.flatMap((dial) => dials.end(dial, status));
  // It was answered, but linked with nobody: whoever is Up has answered.
  const answered = open.length === 1 ? open[0] : open.find((dial) => dial.dest.state === UP);
  return open.flatMap((dial) => dials.end(dial, dial === answered ? 'ANSWER' : 'CANCEL'));
}

/** Nobody dialled the channel that is being called: AMI Originate or a call file did. */
export function originated(identity: Identity): AmiEvent[] {
  if (identity.dialled || identity.name.endsWith(';2')) return [];
  identity.dialled = true;
  return [{ event: 'DialBegin', dest: fieldsOf(identity) }];
}

/** The uniqueid of who dials: `UniqueID`, and before Asterisk 1.6 `SrcUniqueID`. */
function dialler(packet: Packet): string {
  return packet.get('UniqueID') || packet.get('SrcUniqueID');
}

function begin({ dials }: TranslationState, source: Identity, dest: Identity, packet: Packet): AmiEvent[] {
  if (dials.begin(source, dest) === undefined) return [];
  dest.dialled = true;
  joinCall(source, dest);
  return [
    {
      event: 'DialBegin',
      source: fieldsOf(source, shownFields(packet)),
      dest: fieldsOf(dest),
    },
  ];
}
