import type { ListedChannel } from './events.ts';
import { channelFields, fieldNames } from './fields.ts';
import type { Packet } from './packet.ts';

/** The events that make up the answer to `CoreShowChannels`. */
export const LIST_EVENTS: readonly string[] = ['CoreShowChannel', 'CoreShowChannelsComplete'];

const OWN = fieldNames('');

/**
 * One line of `CoreShowChannels`; absent when it names no channel. AMI 1.x calls some headers otherwise: `Extension`,
 * and instead of a `BridgeId` the uniqueid of the channel that it is linked with.
 */
export function listedChannel(packet: Packet): ListedChannel | undefined {
  const channel = channelFields(packet, OWN);
  if (channel === undefined) return undefined;
  return {
    ...channel,
    exten: channel.exten || packet.get('Extension'),
    application: packet.get('Application'),
    applicationData: packet.get('ApplicationData'),
    bridge: packet.get('BridgeId') || packet.get('BridgedUniqueID'),
  };
}
