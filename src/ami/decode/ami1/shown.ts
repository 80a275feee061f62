import type { Packet } from '../../wire/packet.ts';
import { number } from '../channel-snapshot.ts';

/** What an event shows of its own channel, where AMI 1.x shows it. */
export function shownFields(packet: Packet) {
  return {
    state: number(packet.get('ChannelState')),
    callerIdNum: packet.get('CallerIDNum'),
    callerIdName: packet.get('CallerIDName'),
    connectedLineNum: packet.get('ConnectedLineNum'),
    connectedLineName: packet.get('ConnectedLineName'),
    exten: packet.get('Exten'),
  };
}
