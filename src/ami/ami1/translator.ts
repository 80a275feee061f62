import type { AmiEvent, ListedChannel } from '../events.ts';
import { RING, RINGING, UP } from '../events.ts';
import { number } from '../fields.ts';
import type { Packet } from '../packet.ts';
import { Bridges } from './bridges.ts';
import { type Dial, Dials, dialStatusOfCause } from './dials.ts';
import { Identities } from './identities.ts';
import { fieldsOf, type Identity, isNobody, joinCall, otherHalf } from './identity.ts';

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
  readonly #identities = new Identities();
  readonly #dials = new Dials();
  readonly #bridges = new Bridges();

  /** What is kept: everything is 0 when no channel is alive. */
  get size(): { channels: number; dials: number; bridges: number } {
    return { channels: this.#identities.size, dials: this.#dials.size, bridges: this.#bridges.size };
  }

  /** The events of AMI 2.x that say the same; none when it says nothing new, or lacks what makes it one. */
  translate(packet: Packet): AmiEvent[] {
    switch (packet.event) {
      case 'Newchannel':
      case 'NewCallerid':
      case 'Newexten':
      case 'Join':
        return this.#ofChannel(packet.event, packet);
      case 'Newstate':
        return this.#newstate(packet);
      case 'Hangup':
        return this.#hangup(packet);
      case 'LocalBridge':
        return this.#localBridge(packet);
      case 'Dial':
        return packet.get('SubEvent').toLowerCase() === 'end' ? this.#dialEnd(packet) : this.#dialBegin(packet);
      case 'AgentCalled':
        return this.#agentCalled(packet);
      case 'Bridge':
        return packet.get('Bridgestate').toLowerCase() === 'unlink' ? this.#unlink(packet) : this.#link(packet);
      case 'Link':
        return this.#link(packet);
      case 'Unlink':
        return this.#unlink(packet);
      case 'Rename':
        return this.#rename(packet);
      case 'Pickup':
        return this.#pickup(packet);
      case 'Transfer':
        return this.#transfer(packet);
      case 'VarSet':
        return this.#varSet(packet);
      case 'OriginateResponse':
        return this.#originateResponse(packet);
      default:
        return [];
    }
  }

  /** The living channels as `CoreShowChannels` lists them, told by their own uniqueids; all others are forgotten. */
  listed(channels: readonly ListedChannel[]): ListedChannel[] {
    const wires = new Set(channels.map((channel) => channel.uniqueid));
    for (const { uniqueid, channel } of channels) {
      const identity = this.#identities.get(uniqueid);
      const named = this.#identities.named(channel);
      if (identity !== undefined && named !== undefined && identity !== named) this.#identities.swap(identity, named);
    }
    this.#identities.keep(wires);
    this.#bridges.keep(wires);
    return channels.flatMap((channel) => {
      const identity = this.#identities.see(channel.uniqueid, channel.channel);
      return identity === undefined ? [] : [{ ...channel, ...fieldsOf(identity, channel) }];
    });
  }

  #see(packet: Packet): Identity | undefined {
    return this.#identities.see(packet.get('Uniqueid'), packet.get('Channel'));
  }

  #ofChannel(event: 'Newchannel' | 'NewCallerid' | 'Newexten' | 'Join', packet: Packet): AmiEvent[] {
    const identity = this.#see(packet);
    if (identity === undefined) return [];
    const fields = fieldsOf(identity, shownFields(packet));
    if (fields.state >= 0) identity.state = fields.state;
    if (event === 'Join') return [{ event: 'QueueCallerJoin', ...fields, queue: packet.get('Queue') }];
    if (event !== 'Newexten') return [{ event, ...fields }];
    const exten = packet.get('Extension');
    return [{ event, ...fields, exten, application: packet.get('Application'), appData: packet.get('AppData') }];
  }

  #newstate(packet: Packet): AmiEvent[] {
    const identity = this.#see(packet);
    if (identity === undefined) return [];
    const fields = fieldsOf(identity, shownFields(packet));
    const told: AmiEvent[] = [];
    if (fields.state === RING) identity.calling = true;
    const called = fields.state === RINGING || (fields.state === UP && identity.state === 0);
    if (called && !identity.calling) told.push(...this.#originated(identity));
    if (fields.state >= 0) identity.state = fields.state;
    return [...told, { event: 'Newstate', ...fields }];
  }

  /** Nobody dialled the channel that is being called: AMI Originate or a call file did. */
  #originated(identity: Identity): AmiEvent[] {
    if (identity.dialled || identity.name.endsWith(';2')) return [];
    identity.dialled = true;
    return [{ event: 'DialBegin', dest: fieldsOf(identity), dialString: '' }];
  }

  #hangup(packet: Packet): AmiEvent[] {
    const identity = this.#see(packet);
    if (identity === undefined) return [];
    const cause = number(packet.get('Cause'));
    const { wire } = identity;
    const told: AmiEvent[] = [];
    const dial = this.#dials.towards(wire);
    // Up but never linked: what it said to a "press 1" was no, or nothing.
    if (dial !== undefined)
      told.push(...this.#dials.end(dial, dial.dest.state === UP ? 'NOANSWER' : dialStatusOfCause(cause)));
    for (const own of this.#dials.by(wire)) told.push(...this.#dials.end(own, 'CANCEL'));
    told.push(...this.#bridges.leave(wire, identity));
    this.#identities.remove(identity);
    const hangup: AmiEvent = {
      event: 'Hangup',
      ...fieldsOf(identity, shownFields(packet)),
      cause,
      causeText: packet.get('Cause-txt'),
    };
    const open = this.#dials.of(identity);
    if (open === undefined) told.push(hangup);
    else open.hangup = hangup;
    return told;
  }

  #localBridge(packet: Packet): AmiEvent[] {
    const one = this.#identities.see(packet.get('Uniqueid1'), packet.get('Channel1'));
    const two = this.#identities.see(packet.get('Uniqueid2'), packet.get('Channel2'));
    if (one === undefined || two === undefined) return [];
    joinCall(one, two);
    return [{ event: 'LocalBridge', one: fieldsOf(one), two: fieldsOf(two) }];
  }

  #dialBegin(packet: Packet): AmiEvent[] {
    const source = this.#identities.see(packet.get('UniqueID') || packet.get('SrcUniqueID'), packet.get('Channel'));
    const dest = this.#identities.see(packet.get('DestUniqueID'), packet.get('Destination'));
    if (source === undefined || dest === undefined) return [];
    // A Local channel that nobody dialled but whose other half dials: it was originated.
    const half = this.#identities.named(otherHalf(source.name) ?? '');
    const told = half === undefined ? [] : this.#originated(half);
    return [...told, ...this.#begin(source, dest, packet)];
  }

  /** A queue rings its members; with class `agent` only. */
  #agentCalled(packet: Packet): AmiEvent[] {
    const source = this.#identities.see(packet.get('Uniqueid'), packet.get('ChannelCalling'));
    const dest = this.#identities.named(packet.get('DestinationChannel'));
    return source === undefined || dest === undefined ? [] : this.#begin(source, dest, packet);
  }

  #begin(source: Identity, dest: Identity, packet: Packet): AmiEvent[] {
    if (this.#dials.begin(source, dest) === undefined) return [];
    dest.dialled = true;
    joinCall(source, dest);
    const shown = shownFields(packet);
    // The place shown is the dialling channel's; AgentCalled calls the Exten `Extension`.
    return [
      {
        event: 'DialBegin',
        source: fieldsOf(source, shown),
        dest: fieldsOf(dest),
        dialString: packet.get('Dialstring'),
      },
    ];
  }

  #dialEnd(packet: Packet): AmiEvent[] {
    const status = packet.get('DialStatus');
    const open = this.#dials.by(packet.get('UniqueID') || packet.get('SrcUniqueID'));
    if (status !== 'ANSWER') return open.flatMap((dial) => this.#dials.end(dial, status));
    // It was answered, but linked with nobody: whoever is Up has answered.
    const answered = open.length === 1 ? open[0] : open.find((dial) => dial.dest.state === UP);
    return open.flatMap((dial) => this.#dials.end(dial, dial === answered ? 'ANSWER' : 'CANCEL'));
  }

  #link(packet: Packet): AmiEvent[] {
    const one = this.#identities.see(packet.get('Uniqueid1'), packet.get('Channel1'));
    const other = this.#identities.see(packet.get('Uniqueid2'), packet.get('Channel2'));
    if (one === undefined || other === undefined) return [];
    const dial = this.#dials.between(one.wire, other.wire);
    return [...(dial ? this.#dials.end(dial, 'ANSWER') : []), ...this.#bridges.link(one, other)];
  }

  #unlink(packet: Packet): AmiEvent[] {
    return ['Uniqueid1', 'Uniqueid2'].flatMap((header) => {
      const wire = packet.get(header);
      return this.#bridges.leave(wire, this.#identities.get(wire));
    });
  }

  /**
   * A masquerade of X into Y is told by three: X → X<MASQ>, Y → X, X<MASQ> → Y<ZOMBIE>. Each of the last two is enough
   * to see who is who.
   */
  #rename(packet: Packet): AmiEvent[] {
    const newname = packet.get('Newname');
    const identity = this.#see(packet) ?? this.#identities.get(packet.get('Uniqueid'));
    if (identity === undefined || newname === '' || newname.endsWith('<MASQ>')) return [];
    const zombie = isNobody(newname);
    const other = this.#identities.named(zombie ? newname.replace(/<ZOMBIE>$/, '') : newname);
    if (other === identity) return [];
    if (other !== undefined) return zombie ? this.#masquerade(identity, other) : this.#masquerade(other, identity);
    if (zombie) return [];
    const channel = identity.name;
    this.#identities.rename(identity, newname);
    return [{ event: 'Rename', uniqueid: identity.uniqueid, channel, newname }];
  }

  /** `clone` takes the place of `original`, which is left over as a zombie. */
  #masquerade(clone: Identity, original: Identity): AmiEvent[] {
    const dial = this.#dials.towards(original.wire);
    // A Local channel gives its place to whom it led to, linked with its other half: nothing changes for the dial.
    const optimised = this.#isBehind(clone, original);
    this.#identities.swap(clone, original);
    const told = dial === undefined || optimised ? [] : this.#pickedUp(clone, dial);
    return [...told, ...this.#bridges.takeOver(original, clone)];
  }

  #isBehind(clone: Identity, local: Identity): boolean {
    const half = this.#identities.named(otherHalf(local.name) ?? '');
    if (half === undefined) return false;
    return half.bridge !== undefined && half.bridge === clone.bridge;
  }

  /** Somebody else takes the call that rings at a dial's destination. */
  #pickedUp(picker: Identity, dial: Dial): AmiEvent[] {
    const target = dial.dest;
    const { source } = dial;
    const told = this.#dials.end(dial, 'CANCEL');
    this.#dials.begin(source, picker);
    picker.dialled = true;
    return [
      { event: 'Pickup', ...fieldsOf(picker), target: fieldsOf(target) },
      ...told,
      { event: 'DialBegin', source: fieldsOf(source), dest: fieldsOf(picker), dialString: '' },
    ];
  }

  #pickup(packet: Packet): AmiEvent[] {
    const picker = this.#identities.named(packet.get('Channel'));
    const target = this.#identities.named(packet.get('TargetChannel'));
    if (picker === undefined || target === undefined) return [];
    return [{ event: 'Pickup', ...fieldsOf(picker), target: fieldsOf(target) }];
  }

  #transfer(packet: Packet): AmiEvent[] {
    const transferer = this.#see(packet);
    const target = this.#identities.see(packet.get('TargetUniqueid'), packet.get('TargetChannel'));
    if (transferer === undefined || target === undefined) return [];
    if (packet.get('TransferType').toLowerCase() !== 'blind') return [];
    return [
      {
        event: 'BlindTransfer',
        transferer: fieldsOf(transferer),
        transferee: fieldsOf(target),
        context: packet.get('TransferContext'),
        extension: packet.get('TransferExten'),
        result: 'Success',
      },
    ];
  }

  #varSet(packet: Packet): AmiEvent[] {
    const identity = this.#see(packet);
    const variable = packet.get('Variable');
    if (identity === undefined || variable === '') return [];
    const { name: channel, uniqueid } = identity;
    return [{ event: 'VarSet', channel, uniqueid, variable, value: packet.get('Value') }];
  }

  #originateResponse(packet: Packet): AmiEvent[] {
    const wire = packet.get('Uniqueid');
    const identity = this.#identities.get(wire);
    return [
      {
        event: 'OriginateResponse',
        response: packet.get('Response'),
        channel: identity?.name ?? packet.get('Channel'),
        uniqueid: identity?.uniqueid ?? wire,
        context: packet.get('Context'),
        exten: packet.get('Exten'),
        application: packet.get('Application'),
      },
    ];
  }
}

/** What an event shows of its own channel, where AMI 1.x shows it. */
function shownFields(packet: Packet) {
  return {
    state: number(packet.get('ChannelState')),
    callerIdNum: packet.get('CallerIDNum'),
    callerIdName: packet.get('CallerIDName'),
    connectedLineNum: packet.get('ConnectedLineNum'),
    connectedLineName: packet.get('ConnectedLineName'),
    context: packet.get('Context'),
    exten: packet.get('Exten'),
  };
}
