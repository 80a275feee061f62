import type { AmiEvent, ListedChannel } from '../../events.ts';
import { RING, RINGING, UP } from '../../events.ts';
import type { Packet } from '../../wire/packet.ts';
import { chanVariables } from '../chan-variables.ts';
import { number } from '../channel-snapshot.ts';
import { link, localBridge, unlink } from './bridging.ts';
import { listed } from './channel-list.ts';
import { agentCalled, dialBegin, dialEnd, originated } from './dialling.ts';
import { dialStatusOfCause } from './dials.ts';
import { fieldsOf, type Identity } from './identity.ts';
import { pickup, rename } from './masquerades.ts';
import { shownFields } from './shown.ts';
import { createKnown, ownIdentity, type TranslationState } from './state.ts';

/** The events of AMI 1.x that {@link Ami1Translator} reads. */
export const AMI1_EVENTS: readonly string[] = [
  'AgentCalled',
  'Bridge',
  'Dial',
  'Hangup',
  'Join',
  'Link',
  'LocalBridge',
  'NewCallerid',
  'Newchannel',
  'Newexten',
  'Newstate',
  'OriginateResponse',
  'Pickup',
  'Rename',
  'Transfer',
  'Unlink',
  'VarSet',
];

/**
 * AMI 1.x (Asterisk 1.8 to 11) told as AMI 2.x, so that `calls` knows one language. What differs, and what is made of it:
 *
 * - There is no Linkedid: it is worked out from dials and Local channels ({@link joinCall}).
 * - A masquerade moves a channel's name to another uniqueid: told is a channel that keeps both ({@link Identity}). So a
 *   Local channel that is optimised away just hangs up, and so does a transferer.
 * - `Dial` ends when the call does, and names only the caller: told is a DialEnd for each destination as soon as it is
 *   linked with the caller (ANSWER) or hangs up.
 * - `Bridge` links two channels: told as a bridge that both enter.
 * - Originate shows no dial: a phone that rings with no dial towards it gets a DialBegin without source, as in AMI 2.x.
 */
export class Ami1Translator {
  readonly #known: TranslationState = createKnown();

  /** What is kept: everything is 0 when no channel is alive. */
  get size(): { channels: number; dials: number; bridges: number } {
    const { identities, dials, bridges } = this.#known;
    return { channels: identities.size, dials: dials.size, bridges: bridges.size };
  }

  /** The events of AMI 2.x that say the same; none when it says nothing new, or lacks what makes it one. */
  translate(packet: Packet): AmiEvent[] {
    return [...this.#variables(packet), ...this.#translate(packet)];
  }

  #variables(packet: Packet): AmiEvent[] {
    const identity = this.#known.identities.get(packet.get('Uniqueid'));
    if (identity === undefined) return [];
    return chanVariables(packet, `ChanVariable(${packet.get('Channel')})`, identity.name, identity.uniqueid);
  }

  #translate(packet: Packet): AmiEvent[] {
    const known = this.#known;
    switch (packet.event) {
      case 'Newchannel':
      case 'NewCallerid':
      case 'Newexten':
      case 'Join':
        return ofChannel(known, packet.event, packet);
      case 'Newstate':
        return newstate(known, packet);
      case 'Hangup':
        return hangup(known, packet);
      case 'LocalBridge':
        return localBridge(known, packet);
      case 'Dial':
        return packet.get('SubEvent').toLowerCase() === 'end' ? dialEnd(known, packet) : dialBegin(known, packet);
      case 'AgentCalled':
        return agentCalled(known, packet);
      case 'Bridge':
        return packet.get('Bridgestate').toLowerCase() === 'unlink' ? unlink(known, packet) : link(known, packet);
      case 'Link':
        return link(known, packet);
      case 'Unlink':
        return unlink(known, packet);
      case 'Rename':
        return rename(known, packet);
      case 'Pickup':
        return pickup(known, packet);
      case 'Transfer':
        return transfer(known, packet);
      case 'VarSet':
        return varSet(known, packet);
      case 'OriginateResponse':
        return originateResponse(known, packet);
      default:
        return [];
    }
  }

  /** The living channels as `CoreShowChannels` lists them, told by their own uniqueids; all others are forgotten. */
  listed(channels: readonly ListedChannel[]): ListedChannel[] {
    return listed(this.#known, channels);
  }
}

function ofChannel(
  known: TranslationState,
  event: 'Newchannel' | 'NewCallerid' | 'Newexten' | 'Join',
  packet: Packet,
): AmiEvent[] {
  const identity = ownIdentity(known, packet);
  if (identity === undefined) return [];
  if (event === 'NewCallerid' && identity.inAnothersPlace) {
    identity.inAnothersPlace = false;
    return [];
  }
  const shown = shownFields(packet);
  identity.exten = (event === 'Newexten' ? packet.get('Extension') : shown.exten) || identity.exten;
  const fields = fieldsOf(identity, shown);
  if (fields.state >= 0) identity.state = fields.state;
  if (event === 'Join') return [{ event: 'QueueCallerJoin', ...fields, queue: packet.get('Queue') }];
  if (event !== 'Newexten') return [{ event, ...fields }];
  identity.inAnothersPlace = false;
  return [{ event, ...fields, application: packet.get('Application') }];
}

function newstate(known: TranslationState, packet: Packet): AmiEvent[] {
  const identity = ownIdentity(known, packet);
  if (identity === undefined) return [];
  identity.inAnothersPlace = false;
  const fields = fieldsOf(identity, shownFields(packet));
  const told: AmiEvent[] = [];
  if (fields.state === RING) identity.calling = true;
  const called = fields.state === RINGING || (fields.state === UP && identity.state === 0);
  if (called && !identity.calling && !hasDialled(identity)) told.push(...originated(identity));
  if (fields.state >= 0) identity.state = fields.state;
  return [...told, { event: 'Newstate', ...fields }];
}

/** A number was shown on it when it began: it is calling. A Local channel shows one always. */
function hasDialled(identity: Identity): boolean {
  return identity.exten !== '' && identity.exten !== 's' && !identity.name.startsWith('Local/');
}

function hangup(known: TranslationState, packet: Packet): AmiEvent[] {
  const identity = ownIdentity(known, packet);
  if (identity === undefined) return [];
  const cause = number(packet.get('Cause'));
  const { wire } = identity;
  const told: AmiEvent[] = [];
  const dial = known.dials.towards(wire);
  // Up but never linked: what it said to a "press 1" was no, or nothing.
  if (dial !== undefined)
    told.push(...known.dials.end(dial, dial.dest.state === UP ? 'NOANSWER' : dialStatusOfCause(cause)));
  for (const own of known.dials.by(wire)) told.push(...known.dials.end(own, 'CANCEL'));
  told.push(...known.bridges.leave(wire, identity));
  known.identities.remove(identity);
  const hangup: AmiEvent = {
    event: 'Hangup',
    ...fieldsOf(identity, shownFields(packet)),
    cause,
    causeText: packet.get('Cause-txt'),
  };
  const open = known.dials.of(identity);
  if (open === undefined) told.push(hangup);
  else open.hangup = hangup;
  return told;
}

function transfer(known: TranslationState, packet: Packet): AmiEvent[] {
  const transferer = ownIdentity(known, packet);
  const target = known.identities.see(packet.get('TargetUniqueid'), packet.get('TargetChannel'));
  if (transferer === undefined || target === undefined) return [];
  if (packet.get('TransferType').toLowerCase() !== 'blind') return [];
  target.exten = packet.get('TransferExten') || target.exten;
  return [
    {
      event: 'BlindTransfer',
      transferer: fieldsOf(transferer),
      transferee: fieldsOf(target),
      extension: packet.get('TransferExten'),
      result: 'Success',
    },
  ];
}

function varSet(known: TranslationState, packet: Packet): AmiEvent[] {
  const identity = ownIdentity(known, packet);
  const variable = packet.get('Variable');
  if (identity === undefined || variable === '') return [];
  const { name: channel, uniqueid } = identity;
  return [{ event: 'VarSet', channel, uniqueid, variable, value: packet.get('Value') }];
}

function originateResponse(known: TranslationState, packet: Packet): AmiEvent[] {
  const wire = packet.get('Uniqueid');
  const identity = known.identities.get(wire);
  return [
    {
      event: 'OriginateResponse',
      response: packet.get('Response'),
      channel: identity?.name ?? packet.get('Channel'),
      uniqueid: identity?.uniqueid ?? wire,
      exten: packet.get('Exten'),
      application: packet.get('Application'),
    },
  ];
}
