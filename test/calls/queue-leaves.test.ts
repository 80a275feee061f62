import { expect, it } from '@jest/globals';
import { type AmiEvent, type ChannelSnapshot, RING, UP } from '../../src/ami/ami-events.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';

/*
 * Callers leave a queue with no agent who answered, while a phone has just gone Up with no dial: it may have picked up
 * the call of one of them (fixtures/pickup-of-queue-call).
 */

const extensions = { '101': { channels: ['PJSIP/101'] }, '102': { channels: ['PJSIP/102'] }, '500': { channels: [] } };
const directory = { ...directoryOf(extensions), hasQueues: true, ofQueue: () => ({ name: '500' }) };

function shown(name: string, n: number, state: number): ChannelSnapshot {
  const values = { callerIdNum: '', callerIdName: '', connectedLineNum: '', connectedLineName: '', exten: '600' };
  return { channel: `PJSIP/${name}-0000000${n}`, uniqueid: `1.${n}`, linkedid: `1.${n}`, state, ...values };
}

const callers = [shown('trunk', 1, UP), shown('trunk', 2, UP)];
const phone = shown('101', 3, RING);

/** Two callers leave a queue while the phone of 101, and further ones, have just gone Up. */
function leave(...others: ChannelSnapshot[]) {
  const emitted: string[] = [];
  const tracker = new Tracker({
    directory,
    onCallEvent: ({ event, leg, params, at }) =>
      emitted.push(`${event} ${leg.extension} ${leg.uniqueid} ${params.CallStatus} ${at}`),
  });
  const apply = (...events: AmiEvent[]) => {
    for (const event of events) tracker.apply(event);
  };
  for (const caller of callers)
    apply(
      { event: 'Newchannel', ...caller, state: RING, at: 1000 },
      { event: 'QueueCallerJoin', queue: 'sales', ...caller, at: 1000 },
    );
  for (const one of [phone, ...others])
    apply({ event: 'Newchannel', ...one, at: 2000 }, { event: 'Newstate', ...one, state: UP, at: 2000 });
  for (const caller of callers) apply({ event: 'QueueCallerLeave', queue: 'sales', ...caller, at: 2100 });
  return { emitted, apply };
}

it('ends the legs of both when the phone has made a call of its own', () => {
  const { emitted, apply } = leave();
  expect(emitted).toEqual(['dial-in 500 1.1-1 CALLING 1000', 'dial-in 500 1.2-1 CALLING 1000']);
  apply({ event: 'Tick', at: 3000 });
  expect(emitted.slice(2)).toEqual([
    'hangup 500 1.1-1 UNKNOWN 2100',
    'hangup 500 1.2-1 UNKNOWN 2100',
    'dial-out 101 1.3 CALLING 3000',
  ]);
});

it('waits for the other phone that may have picked up, when one has picked up one of the calls', () => {
  const { emitted, apply } = leave(shown('102', 4, RING));
  const meets = (bridge: string) => ({
    event: 'BridgeEnter' as const,
    ...{ bridge, bridgeType: 'basic', technology: 'simple_bridge', creator: '' },
    at: 2200,
  });
  apply({ event: 'Pickup', ...shown('101', 3, UP), target: shown('103', 8, RING), at: 2200 });
  apply({ ...meets('a'), ...shown('trunk', 1, UP) }, { ...meets('a'), ...shown('101', 3, UP) });
  apply({ event: 'Pickup', ...shown('102', 4, UP), target: shown('104', 9, RING), at: 2200 });
  apply({ ...meets('b'), ...shown('trunk', 2, UP) }, { ...meets('b'), ...shown('102', 4, UP) });
  expect(emitted.slice(2)).toEqual(['answer-in 500 1.1-1 ANSWER 2200', 'answer-in 500 1.2-1 ANSWER 2200']);
});

it('ends the leg of the one whose call the phone has not picked up', () => {
  const { emitted, apply } = leave();
  const bridge = { bridge: 'b', bridgeType: 'basic', technology: 'simple_bridge', creator: '' };
  const meets = { event: 'BridgeEnter' as const, ...bridge, at: 2200 };
  apply({ event: 'Pickup', ...shown('101', 3, UP), target: shown('102', 4, RING), at: 2200 });
  apply({ ...meets, ...shown('trunk', 2, UP) }, { ...meets, ...shown('101', 3, UP) });
  expect(emitted.slice(2)).toEqual(['answer-in 500 1.2-1 ANSWER 2200', 'hangup 500 1.1-1 UNKNOWN 2100']);
});
