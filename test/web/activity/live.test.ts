import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { CallEventName } from '../../../src/event-and-parameter-names.ts';
import { ServiceEvents } from '../../../src/service/service-events.ts';
import { sampleEvent } from '../../../src/views/sample-event.ts';
import { Live } from '../../../src/web/activity/live.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function live() {
  const events = new ServiceEvents((error) => {
    throw error;
  });
  const one = new Live();
  const end = one.follow(events);
  const heard: string[] = [];
  const listen = () =>
    one.listen({
      legs: (changed) =>
        heard.push(`legs ${changed.map(({ event }) => `${event.leg.extension} ${event.event}`).join(', ')}`),
      deliveries: (changed) => heard.push(`deliveries ${changed.map(({ delivery }) => delivery.id).join(', ')}`),
      state: () => heard.push('state'),
    });
  const happen = (event: CallEventName, extension: string) =>
    events.emit('callEvent', { server: '', event: sampleEvent({ event, extension, at: 1 }) });
  return { events, heard, listen, happen, end };
}

it('what changes within a moment is passed on together, each thing as it was last', () => {
  const { events, heard, listen, happen } = live();
  const stop = listen();
  happen('dial-in', '101');
  happen('dial-in', '102');
  happen('hangup', '101');
  events.emit('feedState', { server: '', state: 'ready' });
  expect(heard).toEqual([]);
  jest.runAllTimers();
  expect(heard).toEqual(['legs 102 dial-in, 101 hangup', 'state']);
  stop();
  happen('dial-in', '103');
  jest.runAllTimers();
  expect(heard).toHaveLength(2);
});

it('nothing is gathered while nobody looks', () => {
  const { heard, listen, happen, end } = live();
  happen('dial-in', '101');
  expect(jest.getTimerCount()).toBe(0);
  listen();
  happen('dial-in', '102');
  jest.runAllTimers();
  expect(heard).toEqual(['legs 102 dial-in']);
  happen('dial-in', '103');
  void end();
  jest.runAllTimers();
  expect(heard).toHaveLength(1);
});
