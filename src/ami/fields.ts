import type { ChannelFields } from './events.ts';
import type { Packet } from './packet.ts';

/** The header names of one channel in an event: `Channel`, `DestChannel`, `LocalOneChannel` … */
export interface FieldNames {
  channel: string;
  uniqueid: string;
  linkedid: string;
  state: string;
  callerIdNum: string;
  callerIdName: string;
  connectedLineNum: string;
  connectedLineName: string;
  context: string;
  exten: string;
}

/**
 * The names with a prefix, as Asterisk makes them for each channel snapshot in an event.
 * Source: `ast_manager_build_channel_state_string_prefix` in Asterisk's main/manager_channels.c.
 */
export function fieldNames(prefix: string): FieldNames {
  return {
    channel: `${prefix}Channel`,
    uniqueid: `${prefix}Uniqueid`,
    linkedid: `${prefix}Linkedid`,
    state: `${prefix}ChannelState`,
    callerIdNum: `${prefix}CallerIDNum`,
    callerIdName: `${prefix}CallerIDName`,
    connectedLineNum: `${prefix}ConnectedLineNum`,
    connectedLineName: `${prefix}ConnectedLineName`,
    context: `${prefix}Context`,
    exten: `${prefix}Exten`,
  };
}

/** Absent when the event does not show this channel, or shows it without name or uniqueid. */
export function channelFields(packet: Packet, names: FieldNames): ChannelFields | undefined {
  const channel = packet.get(names.channel);
  if (channel === '') return undefined;
  const uniqueid = packet.get(names.uniqueid);
  if (uniqueid === '') return undefined;
  return {
    channel,
    uniqueid,
    linkedid: packet.get(names.linkedid),
    state: number(packet.get(names.state)),
    callerIdNum: packet.get(names.callerIdNum),
    callerIdName: packet.get(names.callerIdName),
    connectedLineNum: packet.get(names.connectedLineNum),
    connectedLineName: packet.get(names.connectedLineName),
    context: packet.get(names.context),
    exten: packet.get(names.exten),
  };
}

/** A number as Asterisk writes it; -1 when it is none. */
export function number(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : -1;
}

/**
 * `Timestamp` (with `timestampevents = yes` in manager.conf: seconds since 1970, with a fraction) in milliseconds; absent
 * when the event has none.
 */
export function timestamp(packet: Packet): number | undefined {
  const text = packet.get('Timestamp');
  if (text === '') return undefined;
  const seconds = Number(text);
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : undefined;
}
