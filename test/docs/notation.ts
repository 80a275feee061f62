import { type AmiEvent, type ChannelSnapshot, RING, UP } from '../../src/ami/ami-events.ts';
import type { Names } from './names.ts';

/** What a ladder says of one AMI event. */
export interface Rung {
  event: string;
  /** Whom it is about, and what it says of them. */
  what: string;
}

/**
 * An AMI event in short, when it is one of those by which the service decides; `undefined` for one that shows no more
 * than another does. `calling` are the channels that have begun with a number and have not dialled yet.
 */
export function rungOf(event: AmiEvent, names: Names, calling: Set<string>): Rung | undefined {
  const name = (channel: ChannelSnapshot) => names.of(channel);
  switch (event.event) {
    case 'Newchannel':
      if (isLocal(event) || !isCalling(event)) return undefined;
      calling.add(event.uniqueid);
      return { event: 'Newchannel', what: `${name(event)}, Exten ${event.exten}` };
    case 'Newstate':
      return event.state === UP && calling.has(event.uniqueid)
        ? { event: 'Newstate', what: `${name(event)} Up` }
        : undefined;
    case 'DialBegin':
      if (event.source !== undefined) calling.delete(event.source.uniqueid);
      return { event: 'DialBegin', what: arrow(event.source, event.dest, name) };
    case 'DialEnd':
      return {
        event: 'DialEnd',
        what: `${arrow(event.source, event.dest, name)} ${event.dialStatus}${event.forward && ` to ${event.forward}`}`,
      };
    case 'BridgeEnter':
      if (isLocal(event)) return undefined;
      return { event: 'BridgeEnter', what: `${name(event)}${kindOf(event)}` };
    case 'Pickup':
      return { event: 'Pickup', what: `${name(event)} takes the call of ${name(event.target)}` };
    case 'BlindTransfer':
      return {
        event: 'BlindTransfer',
        what: `by ${name(event.transferer)} to ${event.extension}${event.transferee ? ` of ${name(event.transferee)}` : ''}`,
      };
    case 'AttendedTransfer':
      return {
        event: 'AttendedTransfer',
        what: `by ${name(event.origTransferer)} and ${name(event.secondTransferer)}`,
      };
    case 'OriginateResponse':
      return { event: 'OriginateResponse', what: `${event.response}, Exten ${event.exten || 'none'}` };
    case 'VarSet':
      return /^_*FROM_DID$/.test(event.variable) ? { event: 'VarSet', what: `FROM_DID=${event.value}` } : undefined;
    case 'Hangup':
      if (isLocal(event)) return undefined;
      return {
        event: 'Hangup',
        what: `${name(event)}${event.cause > 0 ? ` (${event.causeText || event.cause})` : ''}`,
      };
    default:
      return undefined;
  }
}

function arrow(
  source: ChannelSnapshot | undefined,
  dest: ChannelSnapshot,
  name: (channel: ChannelSnapshot) => string,
): string {
  return source === undefined ? `→ ${name(dest)}` : `${name(source)} → ${name(dest)}`;
}

/** Two parties in a plain bridge need no word. */
function kindOf({ bridgeType, creator }: { bridgeType: string; creator: string }): string {
  if (bridgeType === 'basic') return '';
  return ` (${/^[A-Za-z]+$/.test(creator) ? creator : bridgeType})`;
}

/** PJSIP shows `s` on a channel that is made to be called. */
function isCalling({ exten, state }: ChannelSnapshot): boolean {
  return exten !== '' && (exten !== 's' || state === RING);
}

function isLocal({ channel }: ChannelSnapshot): boolean {
  return channel.startsWith('Local/');
}
