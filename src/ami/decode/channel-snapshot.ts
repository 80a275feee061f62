import type { ChannelSnapshot } from '../ami-events.ts';
import { Header, type Packet } from '../wire/packet.ts';
import { unescapeText } from './escapes.ts';

/** The header names of one channel in an event: `Channel`, `DestChannel`, `LocalOneChannel` … */
export interface FieldNames {
  channel: Header;
  uniqueid: Header;
  linkedid: Header;
  state: Header;
  callerIdNum: Header;
  callerIdName: Header;
  connectedLineNum: Header;
  connectedLineName: Header;
  context: Header;
  exten: Header;
}

/**
 * The names with a prefix, as Asterisk makes them for each channel snapshot in an event.
 * Source: `ast_manager_build_channel_state_string_prefix` in Asterisk's main/manager_channels.c.
 */
export function fieldNames(prefix: string): FieldNames {
  return {
    channel: new Header(`${prefix}Channel`),
    uniqueid: new Header(`${prefix}Uniqueid`),
    linkedid: new Header(`${prefix}Linkedid`),
    state: new Header(`${prefix}ChannelState`),
    callerIdNum: new Header(`${prefix}CallerIDNum`),
    callerIdName: new Header(`${prefix}CallerIDName`),
    connectedLineNum: new Header(`${prefix}ConnectedLineNum`),
    connectedLineName: new Header(`${prefix}ConnectedLineName`),
    context: new Header(`${prefix}Context`),
    exten: new Header(`${prefix}Exten`),
  };
}

const TIMESTAMP = new Header('Timestamp');

/** Absent when the event does not show this channel, or shows it without name or uniqueid. */
export function channelFields(packet: Packet, names: FieldNames): ChannelSnapshot | undefined {
  const channel = packet.next(names.channel);
  if (channel === '') return undefined;
  // In the order in which Asterisk sends them.
  const state = packet.nextInteger(names.state);
  const callerIdNum = packet.next(names.callerIdNum);
  const callerIdName = packet.next(names.callerIdName);
  const connectedLineNum = packet.next(names.connectedLineNum);
  const connectedLineName = packet.next(names.connectedLineName);
  const context = packet.next(names.context);
  const exten = packet.next(names.exten);
  const uniqueid = packet.next(names.uniqueid);
  const linkedid = packet.next(names.linkedid);
  if (uniqueid === '') return undefined;
  return {
    channel,
    uniqueid,
    linkedid,
    state,
    callerIdNum,
    callerIdName,
    connectedLineNum,
    connectedLineName,
    context,
    exten,
  };
}

/** As {@link channelFields}, for an Asterisk that escapes names. */
export function unescapedChannelFields(packet: Packet, names: FieldNames): ChannelSnapshot | undefined {
  const channel = channelFields(packet, names);
  return channel && withNamesUnescaped(channel);
}

/** Changes nothing where there is nothing to unescape, which is nearly always. */
export function withNamesUnescaped<Shown extends ChannelSnapshot>(channel: Shown): Shown {
  channel.callerIdName = unescapeText(channel.callerIdName);
  channel.connectedLineName = unescapeText(channel.connectedLineName);
  return channel;
}

/** A number as Asterisk writes it; -1 when it is not one. */
export function parseNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : -1;
}

/**
 * `Timestamp` (with `timestampevents = yes` in manager.conf: seconds since 1970, with a fraction) in milliseconds;
 * absent when the event has none.
 */
export function timestamp(packet: Packet): number | undefined {
  return packet.nextMilliseconds(TIMESTAMP);
}
