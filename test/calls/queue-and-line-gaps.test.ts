import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { AmiEvent, QueueEntry } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import { wasCalled } from '../../src/calls/model/call-direction.ts';
import { TrackerState } from '../../src/calls/model/tracker-state.ts';
import { restoreCall, type StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { FIXTURES, fixtureConfig } from '../helpers/expected.ts';
import { LINE, withGroups } from '../helpers/expected-groups.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

/** The connection is lost before the `lost`-th event, or the service restarted, and is back before the `back`-th. */
function emitted(name: string, lost: Index, back: Index, how: 'gap' | 'restart', isAsked = true): string[] {
  const log = join(FIXTURES, name, 'asterisk22-pjsip.ami.log');
  const directory = withGroups(fixtureConfig(), log);
  const events = [...replayBytes(readFileSync(log))];
  const lines: string[] = [];
  const track = () =>
    new Tracker({
      directory,
      onCallEvent: ({ event, leg, params: { CallStatus, CalledNumber = '-', CalledExtension } }) => {
        if (!/^1\d\d$/.test(leg.extension))
          lines.push(`${event} ${leg.extension} ${CalledExtension} ${CalledNumber} ${CallStatus}`);
      },
    });
  let tracker = track();
  const disk = new Map<string, string>();
  const from = lost(events);
  const to = back(events);
  for (const event of events.slice(0, from)) {
    tracker.apply(event);
    for (const { callId, state } of tracker.takeChanged()) {
      if (state === undefined) disk.delete(callId);
      else disk.set(callId, JSON.stringify(state));
    }
  }
  lines.push('—');
  if (how === 'restart') {
    tracker = track();
    tracker.restore([...disk.values()].map((text): StoredCall => JSON.parse(text)));
  }
  tracker.apply({ event: 'ChannelListRequested' });
  const queued = waitingAfter(events.slice(0, to));
  tracker.apply({ event: 'ChannelList', channels: aliveAfter(events, to), ...(isAsked && { queued }) });
  for (const event of events.slice(to)) tracker.apply(event);
  tracker.finish();
  expect(tracker.size.legs).toBe(0);
  return lines;
}

type Index = (events: readonly AmiEvent[]) => number;

/** The place behind the nth event of this name. */
const past =
  (name: AmiEvent['event'], nth = 1): Index =>
  (events) => {
    const places = events.flatMap(({ event }, index) => (event === name ? [index + 1] : []));
    return places[nth - 1] ?? Number.NaN;
  };

function waitingAfter(events: readonly AmiEvent[]): QueueEntry[] {
  const waiting = new Map<string, QueueEntry>();
  for (const event of events) {
    if (event.event === 'QueueCallerJoin') waiting.set(event.uniqueid, event);
    if (event.event === 'QueueCallerLeave') waiting.delete(event.uniqueid);
  }
  return [...waiting.values()].map(({ queue, uniqueid }) => ({ queue, uniqueid }));
}

const OF_LINE = [`dial-in ${LINE} ${LINE} +18005550210 CALLING`];
const DIALLED = [...OF_LINE, 'dial-in ringall ringall +18005550210 CALLING'];

describe.each(['gap', 'restart'] as const)('a queue and a line through a %s', (how) => {
  it('go on while the caller waits', () => {
    const lines = emitted('queue-call-answered', past('QueueCallerJoin'), past('DialBegin', 2), how);
    expect(lines).toEqual([
      ...DIALLED,
      '—',
      `answer-in ${LINE} 101 +18005550210 ANSWER`,
      'answer-in ringall ringall +18005550210 ANSWER',
      'hangup ringall ringall +18005550210 ANSWER',
      `hangup ${LINE} 101 +18005550210 ANSWER`,
    ]);
  });

  it('are answered when the caller is found with an agent', () => {
    const lines = emitted('queue-call-answered', past('QueueCallerJoin'), past('BridgeEnter', 2), how);
    expect(lines).toEqual([
      ...DIALLED,
      '—',
      expect.stringMatching(`answer-in ${LINE} (101|${LINE}) \\+18005550210 ANSWER`),
      'answer-in ringall ringall +18005550210 ANSWER',
      'hangup ringall ringall +18005550210 ANSWER',
      expect.stringMatching(`hangup ${LINE} (101|${LINE}) \\+18005550210 ANSWER`),
    ]);
  });

  it('end, and the queue before the call does where the caller waits no more', () => {
    const left = emitted('queue-call-to-voicemail', past('QueueCallerJoin'), past('QueueCallerLeave'), how);
    expect(left.slice(3)).toEqual([
      'hangup patient patient +18005550213 UNKNOWN',
      `hangup ${LINE} ${LINE} +18005550213 UNKNOWN`,
      expect.stringMatching('missed'),
      expect.stringMatching('missed'),
    ]);
  });

  it('end with the call where nobody says who waits', () => {
    const left = emitted('queue-call-to-voicemail', past('QueueCallerJoin'), past('QueueCallerLeave'), how, false);
    expect(left.slice(3).sort()).toEqual([
      `hangup ${LINE} ${LINE} +18005550213 UNKNOWN`,
      'hangup patient patient +18005550213 UNKNOWN',
      `missed ${LINE} ${LINE} +18005550213 UNKNOWN`,
      'missed patient patient +18005550213 UNKNOWN',
    ]);
  });

  it('begin late for a caller who is found waiting, and not for a call that was answered long ago', () => {
    const lines = emitted('queue-call-answered', () => 0, past('DialBegin', 2), how);
    expect(lines.filter((line) => line.startsWith('dial-in'))).toEqual([
      expect.stringMatching(/^dial-in ringall ringall /),
    ]);
  });

  it('count the joins of a caller', () => {
    const lines = emitted('queue-call-twice-in-one-queue', past('QueueCallerJoin'), past('QueueCallerJoin'), how);
    expect(lines.filter((line) => line.includes(' one '))).toEqual([
      'dial-in one one +18005550224 CALLING',
      'hangup one one +18005550224 UNKNOWN',
      'dial-in one one +18005550224 CALLING',
      'answer-in one one +18005550224 ANSWER',
      'hangup one one +18005550224 ANSWER',
    ]);
  });
});

it('a caller whom the list still shows waiting, and who has left since, begins nothing', () => {
  const log = join(FIXTURES, 'queue-call-to-voicemail', 'asterisk22-pjsip.ami.log');
  const events = [...replayBytes(readFileSync(log))];
  const leave = past('QueueCallerLeave')(events) - 1;
  const lines: string[] = [];
  const directory = withGroups(fixtureConfig(), log);
  const tracker = new Tracker({ directory, onCallEvent: ({ event, leg }) => lines.push(`${event} ${leg.extension}`) });
  tracker.apply({ event: 'ChannelListRequested' });
  const queued = waitingAfter(events.slice(0, leave));
  expect(queued).toHaveLength(1);
  for (const event of events.slice(leave, leave + 1)) tracker.apply(event);
  tracker.apply({ event: 'ChannelList', channels: aliveAfter(events, leave), queued });
  expect(lines).toEqual([]);
});

it('callers of one call who wait in the same queue each keep their own leg through a restart, and have it missed', () => {
  const log = join(FIXTURES, 'queue-call-to-voicemail', 'asterisk22-pjsip.ami.log');
  const directory = withGroups(fixtureConfig(), log);
  const events = [...replayBytes(readFileSync(log))];
  const missed: string[] = [];
  const before = new Tracker({ directory, onCallEvent: () => undefined });
  for (const event of events.slice(0, past('QueueCallerJoin')(events))) before.apply(event);
  const [stored] = before.takeChanged().flatMap(({ state }) => state ?? []);
  const leg = stored?.legs.find(({ kind }) => kind === 'queue');
  const rung = stored?.rung?.find(({ extension }) => extension === leg?.extension);
  const [caller] = leg?.channels ?? [];
  const hangup = events.find((event) => event.event === 'Hangup' && event.uniqueid === caller?.uniqueid);
  if (!stored || !leg || !rung || !caller || !hangup) throw new Error('the recording has no caller who waits');
  // The second caller is the first one once more, but for his channel.
  const second = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value).replaceAll(caller.uniqueid, '1.999').replaceAll(caller.name, 'PJSIP/second-000003e7'),
    );
  const after = new Tracker({
    directory,
    onCallEvent: ({ event, leg: { uniqueid } }) => void (event === 'missed' && missed.push(uniqueid)),
  });
  after.restore([structuredClone({ ...stored, legs: [leg, second(leg)], rung: [rung, second(rung)] })]);
  after.apply(second(hangup));
  expect(missed).toEqual([second(leg.uniqueid)]);
  after.apply(hangup);
  expect(missed).toEqual([second(leg.uniqueid), leg.uniqueid]);
});

it('knows after a restart that an agent who is no extension was called', () => {
  const log = join(FIXTURES, 'queue-call-answered', 'asterisk22-pjsip.ami.log');
  const groups = withGroups(fixtureConfig(), log);
  const directory: Directory = {
    hasQueues: true,
    hasLines: false,
    ofChannel: () => undefined,
    ofNumber: (number) => groups.ofNumber(number),
    ofDialled: () => undefined,
    ofQueue: (queue) => groups.ofQueue(queue),
    ofLine: () => undefined,
    isIgnored: () => false,
  };
  const tracker = new Tracker({ directory, onCallEvent: () => undefined });
  const events = [...replayBytes(readFileSync(log))];
  for (const event of events.slice(0, past('BridgeEnter', 2)(events))) tracker.apply(event);
  const stored = tracker.storedCalls();
  const agents = stored.flatMap(({ legs }) => legs.flatMap(({ agent }) => agent ?? []));
  expect(agents).toHaveLength(1);
  const ignore = () => undefined;
  const options = { server: '', directory, variables: [], onSkipped: undefined };
  const state = new TrackerState({ ...options, onCallEvent: ignore, routeDeferred: ignore });
  for (const call of stored) restoreCall(state, call);
  expect(agents.map(({ uniqueid }) => state.channels.get(uniqueid)).map((agent) => agent && wasCalled(agent))).toEqual([
    true,
  ]);
});
