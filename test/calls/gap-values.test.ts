import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent } from '../../src/calls/call-event.ts';
import type { StoredCall } from '../../src/calls/recovery/stored-call.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { readVariablesOf } from '../../src/config/ami-rights.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { fixtures } from '../helpers/expected.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

/*
 * What is emitted of a call that was going on while nobody was looking, or that began before the list of channels came,
 * has the values that it would have had otherwise, or none: never others.
 */

const RECORDINGS = fixtures()
  .map(({ name, flavour, log, directory, config }) => ({
    name: `${name} on ${flavour}`,
    events: [...replayBytes(readFileSync(log))],
    directory,
    variables: readVariablesOf(config),
  }))
  .filter(({ events }) => events.length > 0); // PJSIP refuses an unknown number before there is a channel.

/** `STORM=nightly` tries every place of every log. */
const MOST_PLACES = process.env.STORM === 'nightly' ? Number.POSITIVE_INFINITY : 12;
/** How many events come between the question and the look at the channels, and from there to the answer. */
const LIST_COMES = [
  [0, 0],
  [2, 1],
  [9, 0],
  [25, 2],
] as const;
/** How many events the connection was lost for. */
const GAPS = [0, 4, 15];

type How = 'is started' | 'is started again' | 'has lost its connection';

/**
 * Where it is no fault that values are others: a phone whose ringing call was transferred unseen is called by who was
 * transferred; only time decides about a call whose Linkedid a bridge changes meanwhile; and a click to call whose
 * OriginateResponse is lost, or that has none, has the last Exten that is shown, which can be a subroutine's, or that
 * of a redirect or a transfer. Nor is it known then that it was for an application.
 */
const OTHERS = new RegExp(
  `^(${[
    'blonde-transfer',
    'freepbx-(click-to-call-(local-)?)?blonde-transfer',
    'bridge-action',
    'freepbx-click-to-call.*-dialplan(-early-response)?$',
    'freepbx-(click-to-call-(local-)?synchronous|call-file on)',
    'click-to-call-local-(announcement-(redirected|transferred)|redirected-from-application)',
    'originate-to-dial',
    '(freepbx-)?pickup-after-blonde-transfer',
    'pickup-after-attended-transfer-to-ivr',
    'pickup-of-phone-transferred-to-itself', // rung by the transfer alone, it is its own call
    'attended-transfer-by-feature-code-to-ivr',
    'click-to-call-local-transferred',
    'freepbx-click-to-call-(then-caller-transfers on|local-then-caller-transfers-not-answered)',
    'blind-transfer-to-ring-group-inner-dial-first', // begins with a click to call
  ].join('|')})`,
);

/** The parameters that say what was dialled. */
const NUMBER_DIALLED = ['CalledNumber', 'CalledExtension', 'CalledDID'];

/**
 * Where only the number dialled is not yet right: it is where a party was transferred to (with a click to call, or once
 * more) while nobody was looking, where the dialplan has gone on since, or what a variable or a state that was missed
 * would have said of it.
 */
const NUMBER_NOT_YET = new RegExp(
  `^(${[
    'blind-transfer-of-called-outside-party-to-ivr',
    'click-to-call-(through-local-)?then-called-transfers',
    'freepbx-click-to-call-(local-)?then-called-transfers',
    'freepbx-attended-then-blind-transfer-of-called-outside',
    'freepbx-blind-transfer-(of-called-outside|by-caller)-twice',
    'inbound-account-with-from-did on',
    'off-hook-first-sccp-outside',
    'pickup-of-click-to-call on',
    'queue-member-followme',
  ].join('|')})`,
);

/**
 * Where more is not yet right: who is consulted by phones behind a Local channel, or while its own other phone rings;
 * who picks up behind a click to call through a Local channel, where only time decides about its Linkedid; who is
 * transferred at both ends of a Local channel; and which phone an INVITE with Replaces has taken the place of, where
 * its Hangup was missed.
 */
const NOT_YET = new RegExp(
  `^(${[
    'attended-transfer-by-feature-code-to-queue',
    'attended-transfer-to-ivr-followme',
    'blind-transfer-twice-through-local',
    'consultation-by-own-other-phone',
    'consultation-(with-ring-group|picked-up)',
    'freepbx-attended-transfer-of-called-outside-ami',
    'freepbx-click-to-call-local-(transferred-twice|attended-transfer-code)',
    'local-group-transferred-from-both-ends',
    'pickup-by-replaces-(of-queue-call|out-of-queue)',
    'pickup-of-click-to-call-through-local',
  ].join('|')})`,
);

describe.each(RECORDINGS.filter(({ name }) => !OTHERS.test(name) && !NOT_YET.test(name)))(
  '$name',
  ({ name, events, directory, variables }) => {
    const truth = valuesOf(emitted(directory, [], events));
    const isCompared = NUMBER_NOT_YET.test(name) ? (value: string) => !NUMBER_DIALLED.includes(value) : () => true;
    it.each<How>(['is started', 'is started again', 'has lost its connection'])('when call-events %s', (how) => {
      const wrong = new Set<string>();
      const step = Math.max(1, events.length / MOST_PLACES);
      for (let place = 0; place <= events.length; place += step) {
        const asked = Math.floor(place);
        for (const gap of how === 'is started' ? [asked] : GAPS) {
          const before = events.slice(0, Math.max(0, asked - gap));
          for (const comes of LIST_COMES)
            for (const one of unlike(
              truth,
              emitted(directory, before, withList(events, asked, comes, variables), how),
              isCompared,
            ))
              wrong.add(`${one} (${asked} ${gap} ${comes})`);
        }
      }
      expect([...wrong].slice(0, 10)).toEqual([]);
    });
  },
);

/** The events from a place on, with the list of channels that is asked for there. */
function withList(
  events: readonly AmiEvent[],
  asked: number,
  [toLook, toAnswer]: readonly [number, number],
  variables: readonly string[],
): AmiEvent[] {
  const looked = Math.min(events.length, asked + toLook);
  const answered = Math.min(events.length, looked + toAnswer);
  return [
    { event: 'ChannelListRequested' },
    ...events.slice(asked, answered),
    { event: 'ChannelList', channels: aliveAfter(events, looked, variables) },
    ...events.slice(answered),
  ];
}

/** All that is emitted of events seen before and after a gap. */
function emitted(
  directory: Directory,
  before: readonly AmiEvent[],
  after: readonly AmiEvent[],
  how?: How,
): CallEvent[] {
  const all: CallEvent[] = [];
  const make = () => new Tracker({ directory, onCallEvent: (event) => event.event !== 'missed' && all.push(event) });
  let tracker = make();
  const disk = new Map<string, string>();
  for (const event of before) {
    tracker.apply(event);
    for (const { callId, state } of tracker.takeChanged()) {
      if (state === undefined) disk.delete(callId);
      else disk.set(callId, JSON.stringify(state));
    }
  }
  if (how === 'is started again') {
    tracker = make();
    tracker.restore([...disk.values()].map((text): StoredCall => JSON.parse(text)));
  }
  for (const event of after) tracker.apply(event);
  tracker.finish();
  return all;
}

/** By leg (whichever of several of one extension), event and parameter: the values that there are. */
function valuesOf(events: readonly CallEvent[]): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of events.flatMap((event) => namedValues(event)))
    values.set(name, (values.get(name) ?? new Set()).add(value));
  return values;
}

function namedValues(
  { event, leg, params }: CallEvent,
  isCompared: (parameter: string) => boolean = () => true,
): [name: string, value: string][] {
  const { CallStatus: _, ...own } = params;
  return Object.entries(own)
    .filter(([name]) => isCompared(name))
    .map(([name, value]) => [`${leg.extension} ${params.CallID} ${event} ${name}`, value]);
}

/**
 * What was emitted otherwise than it is true: a value that is left out is not. Who answered last is another one where a
 * later answer was not seen.
 */
function unlike(
  truth: ReadonlyMap<string, ReadonlySet<string>>,
  events: readonly CallEvent[],
  isCompared: (parameter: string) => boolean,
): string[] {
  return events
    .filter(({ event, leg }) => leg.flow === 'IN' || event === 'dial-out')
    .flatMap((event) => namedValues(event, isCompared))
    .filter(([name, value]) => !truth.get(name)?.has(value))
    .map(([name, value]) => `${name}=${value} not ${[...(truth.get(name) ?? ['emitted'])]}`);
}
