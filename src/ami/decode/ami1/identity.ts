import type { ChannelSnapshot } from '../../ami-events.ts';
import type { Packet } from '../../wire/packet.ts';
import { parseNumber } from '../channel-snapshot.ts';

/**
 * A channel as it would be known in AMI 2.x: one name and one uniqueid from its beginning to its end. In AMI 1.x a
 * masquerade lets the *name* move to another uniqueid, and with the name go the phone and the person; so an identity
 * follows the name, and keeps the uniqueid that it began with.
 */
export interface Identity {
  readonly uniqueid: string;
  name: string;
  /** The uniqueid under which Asterisk names it now. */
  currentUniqueid: string;
  /** The call that it belongs to ({@link callOf}). */
  call: CallNode;
  /** A DialBegin towards it was emitted. */
  dialled: boolean;
  /** `ChannelState` shown last; -1 when none was. */
  state: number;
  /** It was in state Ring: it is calling, not being called. */
  calling: boolean;
  /** It has gone off hook before it dialled: the next step of the dialplan shows what it has dialled. */
  awaitsNumber: boolean;
  /** The Exten shown last: AMI 2.x shows it in every event, AMI 1.x in few. */
  exten: string;
  /** The context of the step of the dialplan shown last; only Newexten and lists of channels have it. */
  context: string;
  /** A masquerade has just put it in the place of another channel, whose caller id its next NewCallerid shows. */
  justMasqueraded: boolean;
  /** The bridge of its last BridgeEnter, until its BridgeLeave. */
  bridge: string | undefined;
}

/** Channels that one dial or one Local channel joins are of one call; its id is the uniqueid of the first of them. */
interface CallNode {
  id: string;
  parent: CallNode | undefined;
}

/** The Linkedid that Asterisk 12 and later would show. */
function linkedidOf(identity: Identity): string {
  return callOf(identity).id;
}

function callOf(identity: Identity): CallNode {
  let node = identity.call;
  while (node.parent !== undefined) node = node.parent;
  identity.call = node;
  return node;
}

/** From now on `other` belongs to the call of `first`. */
export function joinCall(first: Identity, other: Identity): void {
  const call = callOf(first);
  const joined = callOf(other);
  if (joined !== call) joined.parent = call;
}

/** What an event shows of its own channel, where AMI 1.x shows it. */
export function channelHeaders(packet: Packet) {
  return {
    state: parseNumber(packet.get('ChannelState')),
    callerIdNum: packet.get('CallerIDNum'),
    callerIdName: packet.get('CallerIDName'),
    connectedLineNum: packet.get('ConnectedLineNum'),
    connectedLineName: packet.get('ConnectedLineName'),
    exten: packet.get('Exten'),
  };
}

/**
 * What the event shows of the channel, under the name and uniqueid of its identity; what AMI 1.x does not show stays
 * empty.
 */
export function fieldsOf(identity: Identity, shown: Partial<ChannelSnapshot> = {}): ChannelSnapshot {
  return {
    state: -1,
    callerIdNum: '',
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    ...shown,
    context: identity.context,
    exten: shown.exten || identity.exten,
    channel: identity.name,
    uniqueid: identity.uniqueid,
    linkedid: linkedidOf(identity),
  };
}
