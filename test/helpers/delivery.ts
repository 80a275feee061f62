import type { Delivery } from '../../src/delivery/delivery.ts';
import { sampleEvent } from '../../src/views/sample-event.ts';

/** What a delivery was made from. */
export const callEvent = sampleEvent({ event: 'hangup', extension: '101', at: 1 });

/** A Hangup of a call, to one receiver. */
export const delivery = (id: string, more: Partial<Delivery> = {}): Delivery => ({
  id,
  event: 'hangup',
  ruleId: 'E',
  callId: '1.1',
  extension: '101',
  legKey: 'leg',
  target: 'http://a:80',
  method: 'GET',
  url: 'http://a/',
  headers: {},
  body: undefined,
  createdAt: 1,
  ...more,
});

/** Rules that never change: everything is sent as it was made. */
export const asMade = {
  problemOf: () => undefined,
  targetOf: () => undefined,
  remake: (made: Delivery) => made,
};
