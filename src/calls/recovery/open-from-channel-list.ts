import { type ListedChannel, RING } from '../../ami/ami-events.ts';
import { isSecondHalf } from '../../ami/channel-name.ts';
import type { CallEventName } from '../call-event.ts';
import { dialIn, dialOut, ringOriginated } from '../handlers/leg-opening.ts';
import { reportSkip } from '../handlers/report-skip.ts';
import { NOBODY, type Origin } from '../handlers/walk-back-to-caller.ts';
import { shownNumber, usableExten } from '../model/ami-values.ts';
import type { Channel } from '../model/channel.ts';
import { answererOf } from '../model/dial.ts';
import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { callerAmong, isDialled, isOriginated, othersOf } from './roles-in-channel-list.ts';

/** What becomes of a channel that came while the connection was lost, or before. */
type ListedDecision =
  | { kind: 'dial-in'; origin: Origin }
  | { kind: 'dial-out'; number: string }
  | { kind: 'originated' }
  | { kind: 'seen too late'; expected: CallEventName }
  /** Its direction is not certain. */
  | { kind: 'nothing' };

function decideFromChannelList(
  state: TrackerState,
  channel: Channel,
  entry: ListedChannel,
  listed: readonly ListedChannel[],
): ListedDecision {
  if (channel.extension === undefined) return { kind: 'nothing' };
  const isCalled = isDialled(entry);
  if (channel.isUp) return { kind: 'seen too late', expected: isCalled ? 'dial-in' : 'dial-out' };
  const others = othersOf(entry, listed);
  if (isCalled) {
    if (isOriginated(entry, others)) return { kind: 'originated' };
    const isCalledByOther = others.some(({ channel: name }) => !isSecondHalf(name));
    return isCalledByOther ? { kind: 'dial-in', origin: originAmong(state, others) } : { kind: 'nothing' };
  }
  const number = usableExten(channel.dialledExten) ?? shownNumber(entry);
  const isDialling = entry.state === RING && others.some(isDialled);
  return isDialling && number !== undefined ? { kind: 'dial-out', number } : { kind: 'nothing' };
}

/** Opens the leg of a channel that came while the connection was lost, or before, where its direction is certain. */
export function openFromChannelList(
  state: TrackerState,
  channel: Channel,
  entry: ListedChannel,
  listed: readonly ListedChannel[],
  at: number | undefined,
): void {
  const decision = decideFromChannelList(state, channel, entry, listed);
  switch (decision.kind) {
    case 'dial-in':
      dialIn(state, channel, decision.origin, entry.linkedid, at);
      break;
    case 'dial-out': {
      channel.markDialling();
      dialOut(state, channel, decision.number, 'dial', at);
      // Its answer may have been reported while the list was on its way.
      const { answeredOutgoingDial, leg } = channel;
      if (answeredOutgoingDial && leg) state.legs.answer(leg, at, answererOf(answeredOutgoingDial)?.extension);
      break;
    }
    case 'originated':
      ringOriginated(state, channel, at);
      break;
    case 'seen too late':
      reportSkip(state, decision.expected, 'seen too late', channel, at);
      break;
    case 'nothing':
      break;
  }
}

/** Who calls a channel, by the others of its call. */
function originAmong(state: TrackerState, others: readonly ListedChannel[]): Origin {
  const caller = callerAmong(others);
  const known = ({ uniqueid }: ListedChannel) => state.channels.get(uniqueid);
  const channel = caller && known(caller.channel);
  if (caller === undefined || channel === undefined || !isParty(channel)) return NOBODY;
  const consulted = caller.consulted && known(caller.consulted);
  return {
    ...NOBODY,
    channel,
    dialling: known(caller.dialling),
    exten: shownNumber(caller.dialling) ?? '',
    ...(consulted !== undefined && { consulted }),
  };
}
