import type { ListedChannel } from '../ami-events.ts';
import type { Packet } from '../wire/packet.ts';
import { channelFields, fieldNames } from './channel-snapshot.ts';

const OWN = fieldNames('');

/** To be asked for in the `Variables` of `Status` before Asterisk 12; later ones show the same as `DNID`. */
export const DNID_VARIABLE = 'CALLERID(dnid)';

/** The value that `Status` gives for a missing one. */
const NULL = '(null)';

/**
 * One line of `CoreShowChannels` or `Status`; absent when it names no channel. AMI 1.x calls some headers otherwise:
 * `Extension`, and instead of a `BridgeId` the uniqueid of the channel that it is linked with.
 */
export function listedChannel(packet: Packet): ListedChannel | undefined {
  const channel = channelFields(packet, OWN);
  if (channel === undefined) return undefined;
  const { [DNID_VARIABLE]: dnidVariable, ...variables } = variablesOf(packet);
  const dnid = packet.has('DNID') ? packet.get('DNID') : dnidVariable;
  return {
    ...channel,
    exten: channel.exten || packet.get('Extension'),
    application: orEmpty(packet.get('Application')),
    applicationData: orEmpty(packet.get('ApplicationData') || packet.get('Data')),
    bridge: packet.get('BridgeId') || packet.get('BridgedUniqueID'),
    ...(dnid !== undefined && { dnid }),
    ...(Object.keys(variables).length > 0 && { variables }),
  };
}

/** The variables that were asked for; one that is not set is left out. */
function variablesOf(packet: Packet): Record<string, string> {
  return Object.fromEntries(
    packet.getAll('Variable').flatMap((text) => {
      const equals = text.indexOf('=');
      const value = text.slice(equals + 1);
      return equals <= 0 || value === NULL ? [] : [[text.slice(0, equals), value]];
    }),
  );
}

function orEmpty(value: string): string {
  return value === NULL ? '' : value;
}
