import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';
import { fixtureText } from '../helpers/fixture-log.ts';

const directory = directoryOf({ '101': { channels: ['PJSIP/101'] }, '102': { channels: ['PJSIP/102'] } });

/** 101 calls 102, who answers. */
const CALL = [...replayBytes(fixtureText('direct-answered'))];
const dialled = CALL.find((event) => event.event === 'DialBegin');
if (dialled?.event !== 'DialBegin' || dialled.source === undefined) throw new Error('nobody dials in direct-answered');
const { source, dest } = dialled;
const answered = CALL.findIndex(({ event }) => event === 'DialEnd');

/** A VarSet of the recording's name. */
const set = ({ channel, uniqueid }: { channel: string; uniqueid: string }, value: string): AmiEvent => ({
  event: 'VarSet',
  channel,
  uniqueid,
  variable: 'RECORDING',
  value,
});

function tracked(stored: StoredCall[] = []) {
  const sent: string[] = [];
  const onCallEvent = ({ event, leg, details }: CallEvent) =>
    sent.push(`${event} ${leg.extension} ${details.variables?.RECORDING ?? '-'}`);
  const tracker = new Tracker({ directory, variables: ['RECORDING'], onCallEvent });
  tracker.restore(stored);
  const apply = (events: readonly AmiEvent[]) => {
    for (const event of events) tracker.apply(event);
  };
  return { tracker, sent, apply };
}

/** The call with these events just before its answer. */
const withBeforeAnswer = (...events: AmiEvent[]) => [...CALL.slice(0, answered), ...events, ...CALL.slice(answered)];

describe('a channel variable', () => {
  it('that is set on the caller after the legs have opened goes out with both legs, with its last value', () => {
    const { sent, apply } = tracked();
    apply(withBeforeAnswer(set(source, 'early'), set(source, 'a.wav')));
    expect(sent.sort()).toEqual([
      'answer-in 102 a.wav',
      'answer-out 101 a.wav',
      'dial-in 102 -',
      'dial-out 101 -',
      'hangup 101 a.wav',
      'hangup 102 a.wav',
    ]);
  });

  it("of the leg's own channel goes before the caller's, whichever is set last, and is not the caller's", () => {
    const { sent, apply } = tracked();
    apply(withBeforeAnswer(set(dest, 'own.wav'), set(source, 'caller.wav')));
    expect(sent.filter((event) => event.startsWith('hangup')).sort()).toEqual([
      'hangup 101 caller.wav',
      'hangup 102 own.wav',
    ]);
  });

  it('of the caller is known after a restart of the service, and may be set after it', () => {
    for (const before of [true, false]) {
      const first = tracked();
      first.apply(CALL.slice(0, answered));
      if (before) first.apply([set(source, 'a.wav')]);
      const stored = first.tracker.takeChanged().flatMap(({ state }) => (state === undefined ? [] : [state]));
      const second = tracked(JSON.parse(JSON.stringify(stored)));
      second.apply([{ event: 'ChannelListRequested' }, { event: 'ChannelListUnavailable' }]);
      second.apply(CALL.slice(answered, answered + 1));
      if (!before) second.apply([set(source, 'a.wav')]);
      second.apply(CALL.slice(answered + 1));
      expect(second.sent.filter((event) => event.startsWith('hangup')).sort()).toEqual([
        'hangup 101 a.wav',
        'hangup 102 a.wav',
      ]);
    }
  });
});
