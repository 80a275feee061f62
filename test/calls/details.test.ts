import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallDetails, CallEvent } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { loadConfig } from '../../src/config/load.ts';
import { FIXTURES } from '../helpers/expected.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

const extensions = new Extensions(loadConfig(join(FIXTURES, 'config.yaml'), { require: 'extensions' }));

/** What is known at the Hangup of each leg (`102 IN`), beyond VoipNow's parameters; of two legs the later one's. */
function atHangup(
  shape: string,
  {
    flavour = 'asterisk22-pjsip',
    variables = [],
    edit = (log) => log,
  }: { flavour?: string; variables?: string[]; edit?: (log: string) => string } = {},
): Record<string, CallDetails> {
  const found: Record<string, CallDetails> = {};
  const tracker = new Tracker({
    directory: extensions,
    variables,
    onCallEvent({ event, leg, details }) {
      if (event === 'hangup') found[`${leg.extension} ${leg.flow}`] = details;
      else if (event !== 'missed')
        expect([details.durationMs, details.talkMs, details.cause]).toEqual([undefined, undefined, undefined]);
    },
  });
  const log = edit(readFileSync(join(FIXTURES, shape, `${flavour}.ami.log`), 'utf8'));
  for (const event of replayBytes(log)) tracker.apply(event);
  tracker.finish();
  return found;
}

const statuses = (shape: string, flavour?: string) =>
  Object.fromEntries(
    Object.entries(atHangup(shape, flavour === undefined ? {} : { flavour })).map(([leg, { dialStatus }]) => [
      leg,
      dialStatus,
    ]),
  );

describe('DialStatus', () => {
  it.each([
    ['direct-answered', { '101 OUT': 'ANSWER', '102 IN': 'ANSWER' }],
    ['direct-busy', { '101 OUT': 'BUSY', '102 IN': 'BUSY' }],
    ['direct-cancelled', { '101 OUT': 'CANCEL', '102 IN': 'CANCEL' }],
    ['voicemail-after-no-answer', { '101 OUT': 'NOANSWER', '102 IN': 'NOANSWER' }],
    [
      'ring-group',
      { '105 OUT': 'ANSWER', '101 IN': 'ANSWERED_ELSEWHERE', '102 IN': 'ANSWER', '103 IN': 'ANSWERED_ELSEWHERE' },
    ],
    // The queue says NOANSWER first and CANCEL after it; the phone was busy or did not answer, nobody cancelled it.
    ['queue-linear', { '105 OUT': 'ANSWER', '101 IN': 'NOANSWER', '102 IN': 'ANSWER' }],
    ['acceptance-refused', { '101 OUT': 'CONTINUE', '102 IN': 'CONTINUE' }],
    ['pickup-channel', { '101 IN': 'ANSWERED_ELSEWHERE', '103 IN': 'ANSWER' }],
    // An application is no dial.
    ['application-only', { '101 OUT': undefined }],
  ])('%s', (shape, expected) => {
    expect(statuses(shape)).toEqual(expected);
  });

  it('is that of the outer dial where a phone was Up but did not accept', () => {
    const refused = (log: string) =>
      log
        .split('\r\n\r\n')
        .map((block) =>
          /Event: DialEnd/.test(block) && /DestChannel: Local\//.test(block)
            ? block.replace('DialStatus: ANSWER', 'DialStatus: NOANSWER')
            : block,
        )
        .join('\r\n\r\n');
    const { '102 IN': details } = atHangup('acceptance-local-hung-up', { edit: refused });
    expect(details?.dialStatus).toBe('NOANSWER');
  });
});

describe('Duration and TalkTime', () => {
  /** Milliseconds from the first to the second event of this kind, by the timestamps in the log. */
  function between(shape: string, first: RegExp, second: RegExp): number {
    const blocks = readFileSync(join(FIXTURES, shape, 'asterisk22-pjsip.ami.log'), 'utf8').split('\r\n\r\n');
    const [from, to] = [first, second].map((kind) => {
      const seconds = /^Timestamp: (.*)$/m.exec(blocks.find((block) => kind.test(block)) ?? '')?.[1];
      return Math.round(Number(seconds) * 1000);
    });
    return (to as number) - (from as number);
  }
  const dial = /^Event: DialBegin/m;
  const hungUp = (phone: string) => new RegExp(`^Event: Hangup\\r(?:.|\\s)*^Channel: PJSIP/${phone}-`, 'm');

  it('run from the Dial and from the answer to the Hangup, by the timestamps of Asterisk', () => {
    const { '101 OUT': caller, '102 IN': called } = atHangup('direct-answered');
    const talkMs = between('direct-answered', /^Event: DialEnd/m, hungUp('102'));
    expect(called).toMatchObject({ durationMs: between('direct-answered', dial, hungUp('102')), talkMs });
    expect(caller?.durationMs).toBe(between('direct-answered', dial, hungUp('101')));
    expect(talkMs).toBeGreaterThan(0);
  });

  it('talk is 0 when nobody answered, though a voicemail box did', () => {
    const durationMs = between('voicemail-after-no-answer', dial, hungUp('101'));
    expect(durationMs).toBeGreaterThan(1000);
    expect(atHangup('voicemail-after-no-answer')['101 OUT']).toMatchObject({ durationMs, talkMs: 0 });
  });

  it('count a call to an application from its answer, though that was reported later', () => {
    const talkMs = between('application-only', /^Event: Newstate(?:.|\s)*^ChannelState: 6/m, hungUp('101'));
    expect(talkMs).toBeGreaterThan(700);
    expect(atHangup('application-only')['101 OUT']).toMatchObject({ durationMs: talkMs, talkMs });
  });

  it('are not known without timestamps', () => {
    const edit = (log: string) => log.replace(/Timestamp: .*\r\n/g, '');
    expect(Object.keys(atHangup('direct-answered', { edit })['102 IN'] ?? {})).toEqual([
      'dialStatus',
      'cause',
      'causeText',
    ]);
  });
});

describe('TransferredBy', () => {
  it.each([
    ['blind-transfer-by-called', '103 IN', '102'],
    ['blind-transfer-from-outside', '102 IN', '101'],
    ['attended-transfer-by-refer', '103 IN', '102'],
    ['attended-transfer-by-feature-code', '103 IN', '102'],
    ['direct-answered', '102 IN', undefined],
    ['blonde-transfer-not-answered', '103 IN', '101'],
    // The IVR to which 101 has put the caller through rings 102.
    ['attended-transfer-to-ivr-from-outside', '102 IN', '101'],
  ])('%s', (shape, leg, by) => {
    expect(atHangup(shape)[leg]?.transferredBy).toBe(by);
  });
});

describe('RelatedCallID', () => {
  const events = [...replayBytes(readFileSync(join(FIXTURES, 'attended-transfer-twice', 'asterisk22-pjsip.ami.log')))];
  const related = (emitted: readonly CallEvent[]) =>
    emitted.map(({ event, leg, details }) => `${event} ${leg.extension} ${leg.flow} ${details.relatedCallId ?? '-'}`);

  it('is on what is sent of both calls after they were joined, and on nothing before', () => {
    const emitted: CallEvent[] = [];
    const tracker = new Tracker({ directory: extensions, onCallEvent: (event) => emitted.push(event) });
    for (const event of events) {
      const before = emitted.length;
      tracker.apply(event);
      if (event.event === 'AttendedTransfer') break;
      expect(emitted.slice(before).filter(({ details }) => details.relatedCallId !== undefined)).toEqual([]);
    }
    const [first, second] = new Set(emitted.map(({ params }) => params.CallID));
    const at = events.findIndex(({ event }) => event === 'AttendedTransfer') + 1;
    const [joined] = events.slice(at).flatMap((event) => {
      const before = emitted.length;
      tracker.apply(event);
      return emitted.length > before ? [emitted.slice(before)] : [];
    });
    for (const { params, details } of joined ?? [])
      expect([params.CallID, details.relatedCallId].sort()).toEqual([first, second].sort());
  });

  it('survives a restart of the service', () => {
    const whole: CallEvent[] = [];
    const tracker = new Tracker({ directory: extensions, onCallEvent: (event) => whole.push(event) });
    const at = events.findLastIndex(({ event }) => event === 'AttendedTransfer') + 1;
    for (const event of events.slice(0, at)) tracker.apply(event);
    const stored = tracker.takeChanged().flatMap(({ state }) => (state === undefined ? [] : [state]));
    const after = whole.length;
    for (const event of events.slice(at)) tracker.apply(event);
    const again: CallEvent[] = [];
    const restarted = new Tracker({ directory: extensions, onCallEvent: (event) => again.push(event) });
    restarted.restore(JSON.parse(JSON.stringify(stored)));
    restarted.apply({ event: 'ChannelListRequested' });
    restarted.apply({ event: 'ChannelList', channels: aliveAfter(events, at) });
    for (const event of events.slice(at)) restarted.apply(event);
    expect(related(again)).toEqual(related(whole.slice(after)));
    expect(related(again).filter((line) => line.endsWith('-'))).toEqual([]);
    expect(restarted.size).toMatchObject({ calls: 0, legs: 0 });
  });
});

describe('Queue', () => {
  it('is known with class agent, behind Local channels too', () => {
    const legs = atHangup('queue-local-members');
    expect([legs['101 IN']?.queue, legs['102 IN']?.queue]).toEqual(['locals', 'locals']);
  });
});

describe('channel variables', () => {
  it('come from VarSet, with class dialplan', () => {
    const { '101 IN': details } = atHangup('inbound-at-s-with-from-did', { variables: ['FROM_DID', 'NOT_SET'] });
    expect(details?.variables).toEqual({ FROM_DID: '+18005550999' });
  });

  it('come from ChanVariable, which `channelvars` in manager.conf adds to every event', () => {
    const edit = (log: string) =>
      log.replace(
        /\r\nLinkedid: (.*)\r\n/g,
        '\r\nLinkedid: $1\r\nChanVariable: CRM_ID=a=b\r\nChanVariable: OTHER=1\r\n',
      );
    const { '102 IN': called, '101 OUT': caller } = atHangup('direct-answered', { edit, variables: ['CRM_ID'] });
    expect([called?.variables, caller?.variables]).toEqual([{ CRM_ID: 'a=b' }, { CRM_ID: 'a=b' }]);
    expect(atHangup('direct-answered', { edit })['102 IN']?.variables).toBeUndefined();
  });

  it('of the dialled channel come with its DialBegin', () => {
    const edit = (log: string) =>
      log.replace(/\r\nDestLinkedid: (.*)\r\n/g, '\r\nDestLinkedid: $1\r\nDestChanVariable: CRM_ID=7\r\n');
    expect(atHangup('direct-answered', { edit, variables: ['CRM_ID'] })['102 IN']?.variables).toEqual({ CRM_ID: '7' });
  });
});

it('names the phone that answered, of several that one extension has', () => {
  const events = [...replayBytes(readFileSync(join(FIXTURES, 'several-contacts', 'asterisk22-pjsip.ami.log')))];
  const answered: string[] = [];
  const tracker = new Tracker({
    directory: extensions,
    onCallEvent: ({ event, channel }) => event === 'answer-in' && answered.push(channel),
  });
  for (const event of events) tracker.apply(event);
  const ends = events.flatMap((event) =>
    event.event === 'DialEnd' && event.dialStatus === 'ANSWER' ? [event.dest.channel] : [],
  );
  expect(answered).toEqual(ends);
});
