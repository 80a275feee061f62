import { describe, expect, it } from '@jest/globals';
import { type ChannelSnapshot, DOWN, RING, RINGING, UP } from '../../src/ami/ami-events.ts';
import { decideDialIn, decideDialOut } from '../../src/calls/handlers/leg-decision.ts';
import { dialIn, dialOut } from '../../src/calls/handlers/leg-opening.ts';
import { NOBODY } from '../../src/calls/handlers/walk-back-to-caller.ts';
import type { Channel } from '../../src/calls/model/channel.ts';
import { TrackerState } from '../../src/calls/model/tracker-state.ts';
import { directoryOf } from '../helpers/directory.ts';

const directory = directoryOf({ '101': { channels: ['PJSIP/101'] }, '102': { channels: ['PJSIP/102'] } });

interface Shown {
  n: number;
  state?: number;
  exten?: string;
  linkedid?: string;
}

function fields(name: string, { n, state = RING, exten = '', linkedid = '1.1' }: Shown): ChannelSnapshot {
  return {
    channel: `${name}-0000000${n}`,
    uniqueid: `1.${n}`,
    linkedid,
    state,
    callerIdNum: '',
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    exten,
  };
}

function watched() {
  const emitted: string[] = [];
  const skipped: string[] = [];
  const state = new TrackerState({
    server: '',
    directory,
    variables: [],
    onCallEvent: ({ event, leg }) => emitted.push(`${event} ${leg.extension}`),
    onSkipped: ({ expected, reason }) => skipped.push(`${expected} ${reason}`),
    routeDeferred: () => {},
  });
  const begun = (name: string, shown: Shown): Channel => {
    const snapshot = fields(name, shown);
    const channel = state.observe(snapshot, undefined, true);
    channel?.markCreated(snapshot);
    return channel as Channel;
  };
  return { state, emitted, skipped, begun };
}

describe('what becomes of a channel that calls', () => {
  const { state, emitted, skipped, begun } = watched();
  const phone = begun('PJSIP/102', { n: 9, state: DOWN });
  const decided = (caller: Channel, number: string | undefined, dialled = true) => {
    const decision = decideDialOut(state, caller, number, dialled ? 'dial' : 'application', undefined);
    return decision.kind === 'skip' ? decision.reason : decision.kind;
  };

  it.each([
    ['a caller', begun('PJSIP/101', { n: 1, exten: '102', linkedid: '1.1' }), '102', 'open'],
    ['a trunk', begun('PJSIP/trunk', { n: 2, exten: '102', linkedid: '1.2' }), '102', 'no extension'],
    ['a feature code', begun('PJSIP/101', { n: 3, exten: '*8', linkedid: '1.3' }), '*8', 'ignored number'],
    ['a phone that was called', phone, '101', 'was called'],
    [
      'what was Up when it was first seen',
      state.observe(fields('PJSIP/101', { n: 4, state: UP }), undefined),
      '102',
      'seen too late',
    ],
    [
      'what rang when it was first seen',
      state.observe(fields('PJSIP/101', { n: 5, state: RINGING }), undefined),
      '102',
      'was called',
    ],
  ])('%s', (_, caller, number, expected) => {
    expect(decided(caller as Channel, number)).toBe(expected);
  });

  it('a phone that Originate rang, with a number and without', () => {
    phone.markOriginated();
    expect([decided(phone, '101'), decided(phone, '101', false)]).toEqual(['open', 'open']);
    expect([decided(phone, undefined), decided(phone, undefined, false)]).toEqual(['open', 'no number']);
    phone.markOriginateResponse('', 'Dial');
    expect(decided(phone, undefined)).toBe('no number');
  });

  it('is only decided', () => {
    expect([emitted, skipped, state.legs.calls.size]).toEqual([[], [], 0]);
  });
});

it('a leg opens for the first channel of an extension, a further one joins it, and one that is part of it changes nothing', () => {
  const { state, emitted, skipped, begun } = watched();
  const [phone, further] = [begun('PJSIP/102', { n: 2, state: DOWN }), begun('PJSIP/102', { n: 3, state: DOWN })];
  const kind = (channel: Channel) => decideDialIn(state, channel, NOBODY, '1.1', undefined).kind;
  expect(kind(phone)).toBe('open');
  dialIn(state, phone, NOBODY, '1.1', undefined);
  expect([kind(phone), kind(further)]).toEqual(['keep', 'join']);
  dialIn(state, phone, NOBODY, '1.1', undefined);
  dialIn(state, further, NOBODY, '1.1', undefined);
  expect(further.leg).toBe(phone.leg);
  expect(emitted).toEqual(['dial-in 102']);
  expect(skipped).toEqual(['dial-in joined']);
});

it('a channel that was called and comes to dial on has no OUT leg', () => {
  const { state, skipped, begun } = watched();
  const phone = begun('PJSIP/102', { n: 2, state: DOWN });
  dialIn(state, phone, NOBODY, '1.1', undefined);
  dialOut(state, phone, '101', 'dial', undefined);
  expect(skipped).toEqual(['dial-out has a leg']);
});

it('the leg of a caller that an application answered, and that then dials, has dialled', () => {
  const { state, begun } = watched();
  const caller = begun('PJSIP/101', { n: 1, exten: '600' });
  dialOut(state, caller, '600', 'application', undefined);
  expect(caller.leg?.causedDial).toBe(false);
  dialOut(state, caller, '102', 'dial', undefined);
  expect(caller.leg?.causedDial).toBe(true);
});
