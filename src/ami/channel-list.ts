import type { ListedChannel } from './events.ts';
import { channelFields, fieldNames } from './fields.ts';
import type { Packet } from './packet.ts';

const OWN = fieldNames('');

/**
 * One line of `CoreShowChannels` or `Status`; absent when it names no channel. AMI 1.x calls some headers otherwise: `Extension`,
 * and instead of a `BridgeId` the uniqueid of the channel that it is linked with.
 */
export function listedChannel(packet: Packet): ListedChannel | undefined {
  const channel = channelFields(packet, OWN);
  if (channel === undefined) return undefined;
  return {
    ...channel,
    exten: channel.exten || packet.get('Extension'),
    application: packet.get('Application'),
    applicationData: packet.get('ApplicationData') || packet.get('Data'),
    bridge: packet.get('BridgeId') || packet.get('BridgedUniqueID'),
  };
}
