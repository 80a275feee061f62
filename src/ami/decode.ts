import { chanVariables } from './chan-variables.ts';
import type { AmiEvent, VarSet } from './events.ts';
import { channelFields, fieldNames, number, timestamp } from './fields.ts';
import type { Packet } from './packet.ts';

/** The same event under the names of `events.ts`; absent when it lacks what makes it one (cut, or not what it seems). */
type Decoder = (packet: Packet) => AmiEvent | undefined;

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

/** AMI 2.x and later (Asterisk 12 and later). Source: https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/ */
const DECODERS: Record<string, Decoder> = {
  Newchannel: (packet) => ofChannel('Newchannel', packet),
  Newstate: (packet) => ofChannel('Newstate', packet),
  NewCallerid: (packet) => ofChannel('NewCallerid', packet),
  NewConnectedLine: (packet) => ofChannel('NewConnectedLine', packet),
  Newexten(packet) {
    const channel = channelFields(packet, OWN);
    if (!channel) return undefined;
    // Asterisk names the place that is being executed `Extension` too; `Exten` is the channel's, the same one.
    const exten = channel.exten || packet.get('Extension');
    return {
      event: 'Newexten',
      ...channel,
      exten,
      application: packet.get('Application'),
      appData: packet.get('AppData'),
    };
  },
  Rename(packet) {
    const uniqueid = packet.get('Uniqueid');
    const newname = packet.get('Newname');
    return uniqueid && newname ? { event: 'Rename', uniqueid, channel: packet.get('Channel'), newname } : undefined;
  },
  Hangup(packet) {
    const channel = channelFields(packet, OWN);
    if (!channel) return undefined;
    return { event: 'Hangup', ...channel, cause: number(packet.get('Cause')), causeText: packet.get('Cause-txt') };
  },
  DialBegin(packet) {
    const dest = channelFields(packet, DEST);
    if (!dest) return undefined;
    const source = channelFields(packet, OWN);
    return { event: 'DialBegin', ...(source && { source }), dest, dialString: packet.get('DialString') };
  },
  DialEnd(packet) {
    const dest = channelFields(packet, DEST);
    if (!dest) return undefined;
    const source = channelFields(packet, OWN);
    return {
      event: 'DialEnd',
      ...(source && { source }),
      dest,
      dialStatus: packet.get('DialStatus'),
      forward: packet.get('Forward'),
    };
  },
  BridgeEnter: (packet) => ofBridge('BridgeEnter', packet),
  BridgeLeave: (packet) => ofBridge('BridgeLeave', packet),
  LocalBridge: (packet) => ofLocal('LocalBridge', packet),
  LocalOptimizationEnd: (packet) => ofLocal('LocalOptimizationEnd', packet),
  Pickup(packet) {
    const channel = channelFields(packet, OWN);
    const target = channelFields(packet, TARGET);
    return channel && target ? { event: 'Pickup', ...channel, target } : undefined;
  },
  BlindTransfer(packet) {
    const transferer = channelFields(packet, TRANSFERER);
    if (!transferer) return undefined;
    const transferee = channelFields(packet, TRANSFEREE);
    return {
      event: 'BlindTransfer',
      transferer,
      ...(transferee && { transferee }),
      context: packet.get('Context'),
      extension: packet.get('Extension'),
      result: packet.get('Result'),
    };
  },
  AttendedTransfer(packet) {
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
      destType: packet.get('DestType'),
      result: packet.get('Result'),
    };
  },
  OriginateResponse(packet) {
    return {
      event: 'OriginateResponse',
      response: packet.get('Response'),
      channel: packet.get('Channel'),
      uniqueid: packet.get('Uniqueid'),
      context: packet.get('Context'),
      exten: packet.get('Exten'),
      application: packet.get('Application'),
    };
  },
  VarSet(packet) {
    const uniqueid = packet.get('Uniqueid');
    const variable = packet.get('Variable');
    if (!uniqueid || !variable) return undefined;
    return { event: 'VarSet', channel: packet.get('Channel'), uniqueid, variable, value: packet.get('Value') };
  },
  QueueCallerJoin(packet) {
    const channel = channelFields(packet, OWN);
    return channel && { event: 'QueueCallerJoin', ...channel, queue: packet.get('Queue') };
  },
};

/** The names that {@link decode} knows: all others may be skipped unread. */
export const DECODED_EVENTS: readonly string[] = Object.keys(DECODERS);

/**
 * An event of AMI 2.x or later as `calls` takes it; absent for an answer, an event that is not used, and one that lacks
 * what makes it one. `at` is the event's own `Timestamp`, if it has one.
 */
export function decode(packet: Packet): AmiEvent | undefined {
  const event = DECODERS[packet.event]?.(packet);
  if (!event) return undefined;
  const at = timestamp(packet);
  if (at !== undefined) event.at = at;
  return event;
}

/** The variables that an event shows of its own channel and of the one that is dialled; see {@link chanVariables}. */
export function shownVariables(packet: Packet): VarSet[] {
  return [
    ...chanVariables(packet, 'ChanVariable', packet.get(OWN.channel), packet.get(OWN.uniqueid)),
    ...chanVariables(packet, 'DestChanVariable', packet.get(DEST.channel), packet.get(DEST.uniqueid)),
  ];
}

function ofChannel(event: 'Newchannel' | 'Newstate' | 'NewCallerid' | 'NewConnectedLine', packet: Packet) {
  const channel = channelFields(packet, OWN);
  return channel && { event, ...channel };
}

function ofBridge(event: 'BridgeEnter' | 'BridgeLeave', packet: Packet) {
  const channel = channelFields(packet, OWN);
  const bridge = packet.get('BridgeUniqueid');
  if (!channel || !bridge) return undefined;
  return {
    event,
    ...channel,
    bridge,
    bridgeType: packet.get('BridgeType'),
    technology: packet.get('BridgeTechnology'),
    creator: packet.get('BridgeCreator'),
  };
}

function ofLocal(event: 'LocalBridge' | 'LocalOptimizationEnd', packet: Packet) {
  const one = channelFields(packet, ONE);
  const two = channelFields(packet, TWO);
  return one && two && { event, one, two };
}
