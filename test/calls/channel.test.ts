import { describe, expect, it } from '@jest/globals';
import { DOWN, RING, RINGING, UP } from '../../src/ami/ami-events.ts';
import { type Channel, MutableChannel } from '../../src/calls/model/channel.ts';
import { createDial } from '../../src/calls/model/dial.ts';

const BLANK = { callerIdNum: '', callerIdName: '', connectedLineNum: '', connectedLineName: '' };

/** A channel of which an event has just shown this state. */
function channel(state: number): Channel {
  const made = new MutableChannel('1.1', 'PJSIP/101-00000001');
  made.update({ ...BLANK, channel: made.name, uniqueid: '1.1', linkedid: '1.1', state, exten: '' });
  return made;
}

it('is written by its verbs only', () => {
  const one = channel(RING);
  // @ts-expect-error a field of a Channel cannot be assigned: `npm run check` fails where it can
  one.role = 'caller';
  expect(one).toBeInstanceOf(MutableChannel);
});

describe('what a channel is in its call', () => {
  it.each([
    ['calls', RING, '102', 'caller'],
    ['calls, though no number shows yet', RING, '', 'caller'],
    ['is made to be called', DOWN, '', 'callee'],
    ['is made to be called, from the dialplan', DOWN, 's', 'callee'],
    ['is Down, but shows a number', DOWN, '102', 'caller'],
  ])('%s', (_, state, exten, role) => {
    const one = channel(state);
    one.markCreated({ state, exten });
    expect([one.role, one.firstSeen]).toEqual([role, 'beginning']);
  });

  it.each([
    ['rings', RINGING, undefined, 'callee', 'midway'],
    ['calls', RING, undefined, 'unknown', 'midway'],
    ['is Up', UP, undefined, 'unknown', 'up'],
    ['had dialled in an earlier run', RING, '102', 'caller', 'midway'],
  ])('its beginning was missed, and it %s', (_, state, dialledBefore, role, firstSeen) => {
    const one = channel(state);
    one.markBeginningMissed(dialledBefore);
    expect([one.role, one.firstSeen]).toEqual([role, firstSeen]);
  });

  it.each([
    ['no number', 's', '102', '102'],
    ["the line's own", '101', '0301234567', '0301234567'],
    ['none, and none when it calls', '', 's', ''],
    ['its beginning was missed', undefined, '102', '102'],
  ])(
    'a phone that goes off hook first calls when its state becomes Ring, whatever it was made with: %s',
    (_, made, shown, dialled) => {
      const one = channel(DOWN);
      if (made !== undefined) one.markCreated({ state: DOWN, exten: made });
      one.markDialledNumber(shown);
      expect([one.role, one.dialledExten]).toEqual(['caller', dialled]);
    },
  );

  it('a phone that was called, or that has dialled, has its number', () => {
    const called = channel(DOWN);
    called.markCreated({ state: DOWN, exten: '' });
    called.setIncomingDial(createDial({ source: undefined, dest: called, exten: '' }));
    called.markDialledNumber('103');
    expect([called.role, called.dialledExten]).toEqual(['callee', '']);
    const caller = channel(RING);
    caller.markCreated({ state: RING, exten: '102' });
    caller.markDialling();
    caller.markDialledNumber('103');
    expect(caller.dialledExten).toBe('102');
  });

  it('a phone that Originate rings stays one, whatever is shown of its beginning later', () => {
    const one = channel(DOWN);
    one.markOriginated();
    one.markCreated({ state: DOWN, exten: '' });
    expect(one.role).toBe('originated');
    one.markListedAsCallee();
    expect(one.role).toBe('originated');
  });

  it('a picker that answers where Originate rang a phone is the one that Originate rang', () => {
    const one = channel(UP);
    one.markCreated({ state: RING, exten: '*8' });
    one.markPicker();
    one.markOriginatedInstead();
    expect([one.role, one.isPicker]).toEqual(['originated', false]);
  });
});

describe('a parked channel that comes back', () => {
  const shows = (one: Channel, context: string, exten: string) =>
    one.update({ ...BLANK, channel: one.name, uniqueid: '1.1', linkedid: '1.1', state: UP, context, exten });

  it('shows no number that anybody has dialled, nor counts that of the parking lot', () => {
    const one = channel(UP);
    one.markTransferred('101', '700');
    shows(one, 'park-dial', 'PJSIP_101');
    expect([one.exten, one.transferredTo]).toEqual(['', undefined]);
  });

  it('may then be transferred', () => {
    const one = channel(UP);
    shows(one, 'park-dial', 'PJSIP_101');
    one.markTransferred('101', '103');
    shows(one, 'park-dial', 'PJSIP_101');
    shows(one, 'phones', '103');
    expect([one.exten, one.transferredTo]).toEqual(['103', '103']);
  });
});
