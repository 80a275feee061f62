import { type AmiEvent, type ChannelSnapshot, DOWN, type ListedChannel, RING } from '../../../src/ami/ami-events.ts';
import { usableExten } from '../../../src/calls/model/ami-values.ts';

/**
 * What `CoreShowChannels` and `Status` answer when so many of these events have happened, as real Asterisk 22 and 16
 * do: who calls keeps the number that it dialled as its `DNID`, and who is dialled has none; nor has a phone that goes
 * off hook first.
 * @param variables names of the channel variables that are asked for
 */
export function aliveAfter(
  events: readonly AmiEvent[],
  until = events.length,
  variables: readonly string[] = [],
): ListedChannel[] {
  // Who is originated is shown as that from its beginning, before its dial is reported.
  const originated = new Set(
    events.flatMap((event) => (event.event === 'DialBegin' && event.source === undefined ? [event.dest.uniqueid] : [])),
  );
  const alive = new Map<string, ListedChannel>();
  const dead = new Set<string>();
  const upsert = (fields: ChannelSnapshot, more: Partial<ListedChannel> = {}) => {
    if (fields.uniqueid === '' || dead.has(fields.uniqueid)) return;
    const before = alive.get(fields.uniqueid) ?? { application: '', applicationData: '', bridge: '', dnid: '' };
    alive.set(fields.uniqueid, { ...before, ...ownFields(fields), ...more });
  };
  for (const event of events.slice(0, until)) {
    if (event.event === 'Hangup') {
      alive.delete(event.uniqueid);
      dead.add(event.uniqueid);
    } else if (event.event === 'Newchannel') {
      const application = originated.has(event.uniqueid) ? 'AppDial2' : '';
      upsert(event, { dnid: incomingDial(event), application });
    } else if (event.event === 'DialBegin') {
      if (event.source) upsert(event.source, { application: 'Dial' });
      upsert(event.dest, { application: event.source ? 'AppDial' : 'AppDial2' });
    } else if (event.event === 'DialEnd') upsert(event.dest, { application: event.source ? 'AppDial' : 'AppDial2' });
    else if (event.event === 'BridgeEnter') upsert(event, { bridge: event.bridge });
    else if (event.event === 'BridgeLeave') upsert(event, { bridge: '' });
    else if (event.event === 'VarSet') {
      const channel = alive.get(event.uniqueid);
      const name = event.variable.replace(/^__?/, '');
      if (channel !== undefined && variables.includes(name))
        channel.variables = { ...channel.variables, [name]: event.value };
    } else if ('state' in event) upsert(event);
  }
  return [...alive.values()];
}

function incomingDial({ channel, state, exten }: ChannelSnapshot): string {
  // chan_sip makes a caller's channel Down.
  const isSip = channel.startsWith('SIP/') && state === DOWN && usableExten(exten) !== undefined;
  const calls = isSip || (!channel.startsWith('Local/') && state === RING);
  return calls ? exten : '';
}

function ownFields(fields: ChannelSnapshot): ChannelSnapshot {
  const { channel, uniqueid, linkedid, state, context, exten } = fields;
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
    ...(context !== undefined && { context }),
    exten,
  };
}
