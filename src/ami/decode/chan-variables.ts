import type { VarSet } from '../ami-events.ts';
import type { Packet } from '../wire/packet.ts';

/**
 * The channel variables that `channelvars` in manager.conf adds to every event of a channel, as if they were set
 * just then. So variables are known without class `dialplan`, too.
 *
 * @param header `ChanVariable`, with a prefix for another channel than the event's own; in AMI 1.x with the channel's
 * name in brackets
 */
export function chanVariables(packet: Packet, header: string, channel: string, uniqueid: string): VarSet[] {
  if (!packet.has(header)) return [];
  return packet.getAll(header).flatMap((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0 || channel === '' || uniqueid === '') return [];
    return { event: 'VarSet', channel, uniqueid, variable: text.slice(0, equals), value: text.slice(equals + 1) };
  });
}
