import { type AmiEvent, UP } from '../../ami-events.ts';
import { isSecondHalf, otherHalf } from '../../channel-name.ts';
import type { Packet } from '../../wire/packet.ts';
import { channelHeaders, fieldsOf, type Identity, joinCall } from './identity.ts';
import type { TranslationState } from './translation-state.ts';

export function dialBegin(state: TranslationState, packet: Packet): AmiEvent[] {
  const { identities } = state;
  const source = identities.upsert(dialler(packet), packet.get('Channel') || packet.get('Source'));
  const dest = identities.upsert(packet.get('DestUniqueID'), packet.get('Destination'));
  if (source === undefined || dest === undefined) return [];
  // A Local channel that no channel dialled but whose other half dials: it was originated.
  const half = identities.named(otherHalf(source.name) ?? '');
  const events = half === undefined ? [] : beginOriginated(half);
  return [...events, ...beginDial(state, source, dest, packet)];
}

/** A queue rings its members; with class `agent` only. */
export function agentCalled(state: TranslationState, packet: Packet): AmiEvent[] {
  const source = state.identities.upsert(packet.get('Uniqueid'), packet.get('ChannelCalling'));
  const dest = state.identities.named(packet.get('DestinationChannel'));
  return source === undefined || dest === undefined ? [] : beginDial(state, source, dest, packet);
}

/** It names the caller only, which may have several dials open. */
export function dialEnd({ dials }: TranslationState, packet: Packet): AmiEvent[] {
  const status = packet.get('DialStatus');
  const open = dials.bySource(dialler(packet));
  if (status !== 'ANSWER') return open.flatMap((dial) => dials.end(dial, status));
  // It was answered, but is not linked: the destination that is Up has answered.
  const answered = open.length === 1 ? open[0] : open.find((dial) => dial.dest.state === UP);
  return open.flatMap((dial) => dials.end(dial, dial === answered ? 'ANSWER' : 'CANCEL'));
}

/** No channel dialled the one that is being called: AMI Originate or a call file did. */
export function beginOriginated(identity: Identity): AmiEvent[] {
  if (identity.dialled || isSecondHalf(identity.name)) return [];
  identity.dialled = true;
  return [{ event: 'DialBegin', dest: fieldsOf(identity) }];
}

/** The uniqueid of the channel that dials: `UniqueID`, and before Asterisk 1.6 `SrcUniqueID`. */
function dialler(packet: Packet): string {
  return packet.get('UniqueID') || packet.get('SrcUniqueID');
}

function beginDial({ dials }: TranslationState, source: Identity, dest: Identity, packet: Packet): AmiEvent[] {
  if (dials.begin(source, dest) === undefined) return [];
  dest.dialled = true;
  joinCall(source, dest);
  return [
    {
      event: 'DialBegin',
      source: fieldsOf(source, channelHeaders(packet)),
      dest: fieldsOf(dest),
    },
  ];
}
