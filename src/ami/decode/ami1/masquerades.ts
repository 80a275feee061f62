import type { AmiEvent } from '../../ami-events.ts';
import { isMasqueradeLeftover, otherHalf } from '../../channel-name.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Dial } from './dials.ts';
import { fieldsOf, type Identity } from './identity.ts';
import { ownIdentity, type TranslationState } from './translation-state.ts';

/**
 * A masquerade of X into Y is three renames: X → X<MASQ>, Y → X, X<MASQ> → Y<ZOMBIE>. Each of the last two is enough
 * to know which is which.
 */
export function rename(state: TranslationState, packet: Packet): AmiEvent[] {
  const { identities } = state;
  const newname = packet.get('Newname');
  const identity = ownIdentity(state, packet) ?? identities.get(packet.get('Uniqueid'));
  if (identity === undefined || newname === '' || newname.endsWith('<MASQ>')) return [];
  const zombie = isMasqueradeLeftover(newname);
  const other = identities.named(zombie ? newname.replace(/<ZOMBIE>$/, '') : newname);
  if (other === identity) return [];
  if (other !== undefined) return zombie ? masquerade(state, identity, other) : masquerade(state, other, identity);
  if (zombie) return [];
  const channel = identity.name;
  identities.rename(identity, newname);
  return [{ event: 'Rename', uniqueid: identity.uniqueid, channel, newname }];
}

/** A phone takes over the call that rings at another one; what comes of it is in the masquerade. */
export function pickup({ identities }: TranslationState, packet: Packet): AmiEvent[] {
  const picker = identities.named(packet.get('Channel'));
  const target = identities.named(packet.get('TargetChannel'));
  if (picker === undefined || target === undefined) return [];
  return [{ event: 'Pickup', ...fieldsOf(picker), target: fieldsOf(target) }];
}

/** `clone` takes the place of `original`, which is left over as a zombie. */
function masquerade(state: TranslationState, clone: Identity, original: Identity): AmiEvent[] {
  const dial = state.dials.towards(original.currentUniqueid);
  // A Local channel gives its place to the channel that it led to, linked with its other half: nothing changes for the
  // dial.
  const optimised = isBehind(state, clone, original);
  state.identities.swap(clone, original);
  clone.justMasqueraded = true;
  const events = dial === undefined || optimised ? [] : redirectDialToPicker(state, clone, dial);
  return [...events, ...state.bridges.takeOver(original, clone)];
}

function isBehind({ identities }: TranslationState, clone: Identity, local: Identity): boolean {
  const half = identities.named(otherHalf(local.name) ?? '');
  if (half === undefined) return false;
  return half.bridge !== undefined && half.bridge === clone.bridge;
}

/** Another phone takes the call that rings at a dial's destination. */
function redirectDialToPicker({ dials }: TranslationState, picker: Identity, dial: Dial): AmiEvent[] {
  const target = dial.dest;
  const { source } = dial;
  const events = dials.end(dial, 'CANCEL');
  dials.begin(source, picker);
  picker.dialled = true;
  return [
    { event: 'Pickup', ...fieldsOf(picker), target: fieldsOf(target) },
    ...events,
    { event: 'DialBegin', source: fieldsOf(source), dest: fieldsOf(picker) },
  ];
}
