import type { AmiEvent, ChannelSnapshot, VarSet } from '../ami-events.ts';
import { Header, type Packet } from '../wire/packet.ts';
import { chanVariables } from './chan-variables.ts';
import { channelFields, type FieldNames, fieldNames, timestamp, unescapedChannelFields } from './channel-snapshot.ts';
import { unescapeText } from './escapes.ts';

/** How this Asterisk's texts are read: escaped, or literally. */
interface Reading {
  channelFields: (packet: Packet, names: FieldNames) => ChannelSnapshot | undefined;
  text: (value: string) => string;
}

const AS_IT_STANDS: Reading = { channelFields, text: (value) => value };
const ESCAPED: Reading = { channelFields: unescapedChannelFields, text: unescapeText };

/** The same event under the names of `ami-events.ts`; absent when it is incomplete, such as after a cut. */
type Decoder = (packet: Packet, reading: Reading) => AmiEvent | undefined;

const OWN = fieldNames('');
const DEST = fieldNames('Dest');
const ONE = fieldNames('LocalOne');
const TWO = fieldNames('LocalTwo');
const TARGET = fieldNames('Target');
const TRANSFERER = fieldNames('Transferer');
const TRANSFEREE = fieldNames('Transferee');
const ORIG_TRANSFERER = fieldNames('OrigTransferer');
const SECOND_TRANSFERER = fieldNames('SecondTransferer');
const TRANSFER_TARGET = fieldNames('TransferTarget');
const BRIDGE_UNIQUEID = new Header('BridgeUniqueid');
const BRIDGE_TYPE = new Header('BridgeType');
const BRIDGE_TECHNOLOGY = new Header('BridgeTechnology');
const BRIDGE_CREATOR = new Header('BridgeCreator');
const DIAL_STATUS = new Header('DialStatus');
const FORWARD = new Header('Forward');
const CAUSE = new Header('Cause');
const CAUSE_TXT = new Header('Cause-txt');
const CHAN_VARIABLE = new Header('ChanVariable');
const DEST_CHAN_VARIABLE = new Header('DestChanVariable');
const NONE: readonly VarSet[] = [];

/**
 * AMI 2.x and later (Asterisk 12 and later). Source: https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/
 */
const DECODERS: Record<string, Decoder> = {
  Newchannel: (packet, reading) => ofChannel('Newchannel', packet, reading),
  Newstate: (packet, reading) => ofChannel('Newstate', packet, reading),
  NewCallerid: (packet, reading) => ofChannel('NewCallerid', packet, reading),
  NewConnectedLine: (packet, reading) => ofChannel('NewConnectedLine', packet, reading),
  Newexten(packet, { channelFields }) {
    const channel = channelFields(packet, OWN);
    if (!channel) return undefined;
    // Asterisk names the place that is being executed `Extension` too; `Exten` is the channel's, the same one.
    if (channel.exten === '') channel.exten = packet.get('Extension');
    return { ...channel, event: 'Newexten' };
  },
  Rename(packet) {
    const uniqueid = packet.get('Uniqueid');
    const newname = packet.get('Newname');
    return uniqueid && newname ? { event: 'Rename', uniqueid, channel: packet.get('Channel'), newname } : undefined;
  },
  Hangup(packet, { channelFields }) {
    const channel = channelFields(packet, OWN);
    if (!channel) return undefined;
    return { ...channel, event: 'Hangup', cause: packet.nextInteger(CAUSE), causeText: packet.next(CAUSE_TXT) };
  },
  DialBegin(packet, { channelFields }) {
    const source = channelFields(packet, OWN);
    const dest = channelFields(packet, DEST);
    if (!dest) return undefined;
    return source ? { event: 'DialBegin', source, dest } : { event: 'DialBegin', dest };
  },
  DialEnd(packet, { channelFields }) {
    const source = channelFields(packet, OWN);
    const dest = channelFields(packet, DEST);
    if (!dest) return undefined;
    const dialStatus = packet.next(DIAL_STATUS);
    const forward = packet.next(FORWARD);
    return source
      ? { event: 'DialEnd', source, dest, dialStatus, forward }
      : { event: 'DialEnd', dest, dialStatus, forward };
  },
  BridgeEnter: (packet, reading) => ofBridge('BridgeEnter', packet, reading),
  BridgeLeave: (packet, reading) => ofBridge('BridgeLeave', packet, reading),
  LocalBridge: (packet, reading) => ofLocal('LocalBridge', packet, reading),
  LocalOptimizationEnd: (packet, reading) => ofLocal('LocalOptimizationEnd', packet, reading),
  Pickup(packet, { channelFields }) {
    const channel = channelFields(packet, OWN);
    const target = channelFields(packet, TARGET);
    return channel && target ? { ...channel, event: 'Pickup', target } : undefined;
  },
  BlindTransfer(packet, { channelFields }) {
    const transferer = channelFields(packet, TRANSFERER);
    if (!transferer) return undefined;
    const transferee = channelFields(packet, TRANSFEREE);
    return {
      event: 'BlindTransfer',
      transferer,
      ...(transferee && { transferee }),
      extension: packet.get('Extension'),
      result: packet.get('Result'),
    };
  },
  AttendedTransfer(packet, { channelFields }) {
    const origTransferer = channelFields(packet, ORIG_TRANSFERER);
    const secondTransferer = channelFields(packet, SECOND_TRANSFERER);
    if (!origTransferer || !secondTransferer) return undefined;
    const transferee = channelFields(packet, TRANSFEREE);
    const transferTarget = channelFields(packet, TRANSFER_TARGET);
    return {
      event: 'AttendedTransfer',
      origTransferer,
      secondTransferer,
      ...(transferee && { transferee }),
      ...(transferTarget && { transferTarget }),
      result: packet.get('Result'),
    };
  },
  OriginateResponse(packet) {
    return {
      event: 'OriginateResponse',
      response: packet.get('Response'),
      channel: packet.get('Channel'),
      uniqueid: packet.get('Uniqueid'),
      exten: packet.get('Exten'),
      application: packet.get('Application'),
    };
  },
  VarSet(packet, { text }) {
    const uniqueid = packet.get('Uniqueid');
    const variable = packet.get('Variable');
    if (!uniqueid || !variable) return undefined;
    return { event: 'VarSet', channel: packet.get('Channel'), uniqueid, variable, value: text(packet.get('Value')) };
  },
  QueueCallerJoin(packet, { channelFields }) {
    const channel = channelFields(packet, OWN);
    return channel && { ...channel, event: 'QueueCallerJoin', queue: packet.get('Queue') };
  },
  QueueCallerLeave(packet, { channelFields }) {
    const channel = channelFields(packet, OWN);
    return channel && { ...channel, event: 'QueueCallerLeave', queue: packet.get('Queue') };
  },
  QueueCallerAbandon(packet, { channelFields }) {
    const channel = channelFields(packet, OWN);
    return channel && { ...channel, event: 'QueueCallerAbandon', queue: packet.get('Queue') };
  },
  AgentConnect: (packet, reading) => ofAgent('AgentConnect', packet, reading),
  AgentComplete: (packet, reading) => ofAgent('AgentComplete', packet, reading),
};

/** The names that {@link decode} knows: all others may be skipped. */
export const DECODED_EVENTS: readonly string[] = Object.keys(DECODERS);

/**
 * An event of AMI 2.x or later as `calls` takes it; absent for an answer, an event that is not used, and one that is
 * incomplete. `at` is the event's own `Timestamp`, if it has one.
 * @param escaped whether this Asterisk escapes names and variables
 */
export function decode(packet: Packet, escaped: boolean): AmiEvent | undefined {
  // First, for it comes before all headers that the decoders read.
  const at = timestamp(packet);
  const event = DECODERS[packet.event]?.(packet, escaped ? ESCAPED : AS_IT_STANDS);
  if (!event) return undefined;
  if (at !== undefined) event.at = at;
  return event;
}

/** The variables that an event shows of its own channel and of the one that is dialled ({@link chanVariables}). */
export function shownVariables(packet: Packet, escaped: boolean): readonly VarSet[] {
  if (!packet.hasEither(CHAN_VARIABLE, DEST_CHAN_VARIABLE)) return NONE;
  const shown = [
    ...chanVariables(packet, 'ChanVariable', packet.next(OWN.channel), packet.next(OWN.uniqueid)),
    ...chanVariables(packet, 'DestChanVariable', packet.next(DEST.channel), packet.next(DEST.uniqueid)),
  ];
  if (escaped) for (const variable of shown) variable.value = unescapeText(variable.value);
  return shown;
}

function ofChannel(
  event: 'Newchannel' | 'Newstate' | 'NewCallerid' | 'NewConnectedLine',
  packet: Packet,
  { channelFields }: Reading,
) {
  const channel = channelFields(packet, OWN);
  return channel && { ...channel, event };
}

function ofBridge(event: 'BridgeEnter' | 'BridgeLeave', packet: Packet, { channelFields }: Reading) {
  const bridge = packet.next(BRIDGE_UNIQUEID);
  const bridgeType = packet.next(BRIDGE_TYPE);
  const technology = packet.next(BRIDGE_TECHNOLOGY);
  const creator = packet.next(BRIDGE_CREATOR);
  const channel = channelFields(packet, OWN);
  if (!channel || !bridge) return undefined;
  return { ...channel, event, bridge, bridgeType, technology, creator };
}

function ofAgent(event: 'AgentConnect' | 'AgentComplete', packet: Packet, { channelFields }: Reading) {
  const channel = channelFields(packet, OWN);
  const dest = channelFields(packet, DEST);
  return channel && { ...channel, event, ...(dest && { dest }), queue: packet.get('Queue') };
}

function ofLocal(event: 'LocalBridge' | 'LocalOptimizationEnd', packet: Packet, { channelFields }: Reading) {
  const one = channelFields(packet, ONE);
  const two = channelFields(packet, TWO);
  return one && two && { event, one, two };
}
