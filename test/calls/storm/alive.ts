import type { AmiEvent, ChannelFields, ListedChannel } from '../../../src/ami/events.ts';

/** What `CoreShowChannels` answers when these events have happened. */
export function aliveAfter(events: Iterable<AmiEvent>): ListedChannel[] {
  const alive = new Map<string, ListedChannel>();
  const dead = new Set<string>();
  const show = (fields: ChannelFields, more: Partial<ListedChannel> = {}) => {
    if (fields.uniqueid === '' || dead.has(fields.uniqueid)) return;
    const before = alive.get(fields.uniqueid) ?? { application: 'Dial', applicationData: '', bridge: '' };
    alive.set(fields.uniqueid, { ...before, ...ownFields(fields), ...more });
  };
  for (const event of events) {
    if (event.event === 'Hangup') {
      alive.delete(event.uniqueid);
      dead.add(event.uniqueid);
    } else if (event.event === 'DialBegin') show(event.dest, { application: 'AppDial' });
    else if (event.event === 'DialEnd') show(event.dest, { application: 'AppDial' });
    else if (event.event === 'BridgeEnter') show(event, { bridge: event.bridge });
    else if (event.event === 'BridgeLeave') show(event, { bridge: '' });
    else if ('state' in event) show(event);
  }
  return [...alive.values()];
}

function ownFields(fields: ChannelFields): ChannelFields {
  const { channel, uniqueid, linkedid, state, exten } = fields;
  const { callerIdNum, callerIdName, connectedLineNum, connectedLineName } = fields;
  return {
    channel,
    uniqueid,
    linkedid,
    state,
    callerIdNum,
    callerIdName,
    connectedLineNum,
    connectedLineName,
    exten,
  };
}
