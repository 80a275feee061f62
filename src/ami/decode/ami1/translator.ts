import type { AmiEvent, ListedChannel } from '../../ami-events.ts';
import { RING, RINGING, UP } from '../../ami-events.ts';
import { isLocal } from '../../channel-name.ts';
import type { Packet } from '../../wire/packet.ts';
import { chanVariables } from '../chan-variables.ts';
import { parseNumber } from '../channel-snapshot.ts';
import { link, localBridge, unlink } from './bridge-events.ts';
import { applyChannelList } from './channel-list.ts';
import { agentCalled, beginOriginated, dialBegin, dialEnd } from './dial-events.ts';
import { dialStatusOfCause } from './dials.ts';
import { channelHeaders, fieldsOf, type Identity } from './identity.ts';
import { pickup, rename } from './masquerades.ts';
import { queueEvent } from './queue-events.ts';
import { createTranslationState, ownIdentity, type TranslationState } from './translation-state.ts';

/** The events of AMI 1.x that {@link Ami1Translator} reads. */
export const AMI1_EVENTS: readonly string[] = [
  'AgentCalled',
  'AgentComplete',
  'AgentConnect',
  'Bridge',
  'Dial',
  'Hangup',
  'Join',
  'Leave',
  'Link',
  'LocalBridge',
  'NewCallerid',
  'Newchannel',
  'Newexten',
  'Newstate',
  'OriginateResponse',
  'Pickup',
  'QueueCallerAbandon',
  'Rename',
  'Transfer',
  'Unlink',
  'VarSet',
];

/**
 * Translates AMI 1.x (Asterisk 1.8 to 11) to AMI 2.x, so that `calls` knows one language. What differs, and what
 * becomes of it:
 *
 * - There is no Linkedid: it is worked out from dials and Local channels ({@link joinCall}).
 * - A masquerade moves a channel's name to another uniqueid: it becomes a channel that keeps both ({@link Identity}).
 *   So a Local channel that is optimised away just hangs up, and so does a transferer.
 * - `Dial` ends when the call does, and names only the caller: it becomes a DialEnd for each destination as soon as
 *   that is linked with the caller (ANSWER) or hangs up.
 * - `Bridge` links two channels: it becomes a bridge that both enter.
 * - `Newstate` shows no Exten: for a phone that goes off hook before it dials, the first step of its dialplan becomes a
 *   second one.
 * - Originate shows no dial: a phone that rings with no dial towards it gets a DialBegin without source, as in AMI 2.x.
 */
export class Ami1Translator {
  readonly #state: TranslationState = createTranslationState();

  /** The size of the state: everything is 0 when no channel is alive. */
  get size(): { channels: number; dials: number; bridges: number } {
    const { identities, dials, bridges } = this.#state;
    return { channels: identities.size, dials: dials.size, bridges: bridges.size };
  }

  /** The equivalent events of AMI 2.x; none when the event is nothing new, or incomplete. */
  translate(packet: Packet): AmiEvent[] {
    return [...this.#variables(packet), ...this.#translate(packet)];
  }

  #variables(packet: Packet): AmiEvent[] {
    const identity = this.#state.identities.get(packet.get('Uniqueid'));
    if (identity === undefined) return [];
    return chanVariables(packet, `ChanVariable(${packet.get('Channel')})`, identity.name, identity.uniqueid);
  }

  #translate(packet: Packet): AmiEvent[] {
    const state = this.#state;
    switch (packet.event) {
      case 'Newchannel':
      case 'NewCallerid':
      case 'Newexten':
      case 'Join':
        return ofChannel(state, packet.event, packet);
      case 'Newstate':
        return newstate(state, packet);
      case 'Hangup':
        return hangup(state, packet);
      case 'LocalBridge':
        return localBridge(state, packet);
      case 'Dial':
        return packet.get('SubEvent').toLowerCase() === 'end' ? dialEnd(state, packet) : dialBegin(state, packet);
      case 'Leave':
      case 'QueueCallerAbandon':
      case 'AgentConnect':
      case 'AgentComplete':
        return queueEvent(state, packet.event, packet);
      case 'AgentCalled':
        return agentCalled(state, packet);
      case 'Bridge':
        return packet.get('Bridgestate').toLowerCase() === 'unlink' ? unlink(state, packet) : link(state, packet);
      case 'Link':
        return link(state, packet);
      case 'Unlink':
        return unlink(state, packet);
      case 'Rename':
        return rename(state, packet);
      case 'Pickup':
        return pickup(state, packet);
      case 'Transfer':
        return transfer(state, packet);
      case 'VarSet':
        return varSet(state, packet);
      case 'OriginateResponse':
        return originateResponse(state, packet);
      default:
        return [];
    }
  }

  /**
   * The living channels as `CoreShowChannels` lists them, under the uniqueids of their identities; all others are
   * forgotten.
   */
  applyChannelList(channels: readonly ListedChannel[]): ListedChannel[] {
    return applyChannelList(this.#state, channels);
  }
}

function ofChannel(
  state: TranslationState,
  event: 'Newchannel' | 'NewCallerid' | 'Newexten' | 'Join',
  packet: Packet,
): AmiEvent[] {
  const identity = ownIdentity(state, packet);
  if (identity === undefined) return [];
  if (event === 'NewCallerid' && identity.justMasqueraded) {
    identity.justMasqueraded = false;
    return [];
  }
  const shown = channelHeaders(packet);
  identity.exten = (event === 'Newexten' ? packet.get('Extension') : shown.exten) || identity.exten;
  if (event === 'Newexten') identity.context = packet.get('Context');
  const fields = fieldsOf(identity, shown);
  if (fields.state >= 0) identity.state = fields.state;
  if (event === 'Join') return [{ event: 'QueueCallerJoin', ...fields, queue: packet.get('Queue') }];
  if (event !== 'Newexten') return [{ event, ...fields }];
  identity.justMasqueraded = false;
  const begun = identity.awaitsNumber && identity.state === RING;
  identity.awaitsNumber = false;
  const newexten: AmiEvent = { event, ...fields };
  return begun ? [{ event: 'Newstate', ...fields, state: RING }, newexten] : [newexten];
}

function newstate(state: TranslationState, packet: Packet): AmiEvent[] {
  const identity = ownIdentity(state, packet);
  if (identity === undefined) return [];
  identity.justMasqueraded = false;
  const fields = fieldsOf(identity, channelHeaders(packet));
  const events: AmiEvent[] = [];
  if (fields.state === RING) {
    identity.calling = true;
    identity.awaitsNumber = identity.state !== RING;
  }
  const called = fields.state === RINGING || (fields.state === UP && identity.state === 0);
  if (called && !identity.calling && !hasDialled(identity)) events.push(...beginOriginated(identity));
  if (fields.state >= 0) identity.state = fields.state;
  return [...events, { event: 'Newstate', ...fields }];
}

/** Whether the channel showed a number when it began: then it is calling. A Local channel always shows one. */
function hasDialled(identity: Identity): boolean {
  return identity.exten !== '' && identity.exten !== 's' && !isLocal(identity.name);
}

function hangup(state: TranslationState, packet: Packet): AmiEvent[] {
  const identity = ownIdentity(state, packet);
  if (identity === undefined) return [];
  const cause = parseNumber(packet.get('Cause'));
  const { currentUniqueid } = identity;
  const events: AmiEvent[] = [];
  const dial = state.dials.towards(currentUniqueid);
  // Up but never linked: the phone answered a "press 1" with no, or not at all.
  if (dial !== undefined)
    events.push(...state.dials.end(dial, dial.dest.state === UP ? 'NOANSWER' : dialStatusOfCause(cause)));
  for (const own of state.dials.bySource(currentUniqueid)) events.push(...state.dials.end(own, 'CANCEL'));
  events.push(...state.bridges.leave(currentUniqueid, identity));
  state.identities.remove(identity);
  const hangup: AmiEvent = {
    event: 'Hangup',
    ...fieldsOf(identity, channelHeaders(packet)),
    cause,
    causeText: packet.get('Cause-txt'),
  };
  const open = state.dials.ofDest(identity);
  if (open === undefined) events.push(hangup);
  else open.hangup = hangup;
  return events;
}

function transfer(state: TranslationState, packet: Packet): AmiEvent[] {
  const transferer = ownIdentity(state, packet);
  const target = state.identities.upsert(packet.get('TargetUniqueid'), packet.get('TargetChannel'));
  if (transferer === undefined || target === undefined) return [];
  const type = packet.get('TransferType').toLowerCase();
  // Target is the transferrer's channel to the second party; transferee and target are not named.
  if (type === 'attended') {
    const [origTransferer, secondTransferer] = [fieldsOf(transferer), fieldsOf(target)];
    return [{ event: 'AttendedTransfer', origTransferer, secondTransferer, result: 'Success' }];
  }
  if (type !== 'blind') return [];
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

function varSet(state: TranslationState, packet: Packet): AmiEvent[] {
  // One of a global variable names `none` as its channel.
  const identity = state.identities.get(packet.get('Uniqueid'));
  const variable = packet.get('Variable');
  if (identity === undefined || variable === '') return [];
  const { name: channel, uniqueid } = identity;
  return [{ event: 'VarSet', channel, uniqueid, variable, value: packet.get('Value') }];
}

function originateResponse(state: TranslationState, packet: Packet): AmiEvent[] {
  const uniqueid = packet.get('Uniqueid');
  const identity = state.identities.get(uniqueid);
  return [
    {
      event: 'OriginateResponse',
      response: packet.get('Response'),
      channel: identity?.name ?? packet.get('Channel'),
      uniqueid: identity?.uniqueid ?? uniqueid,
      exten: packet.get('Exten'),
      application: packet.get('Application'),
    },
  ];
}
