import { expect, it } from '@jest/globals';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { JustWritten } from '../../src/delivery/just-written.ts';

const delivery = (id: string): Delivery => ({
  id,
  event: 'hangup',
  eventId: 'E',
  callId: '1.1',
  extension: '101',
  legKey: 'leg',
  target: 'http://a:80',
  method: 'GET',
  url: 'http://a/',
  headers: {},
  body: undefined,
  createdAt: 1,
});

it('what waits long makes room for what is written now', () => {
  const written = new JustWritten();
  const waiting = Array.from({ length: 1000 }, (_, index) => delivery(`waits ${index}`));
  for (const one of waiting) written.add([one], 1);
  written.add([delivery('new')], 1);
  expect(written.take('new', 1)).toEqual(delivery('new'));
  expect(waiting.filter(({ id }) => written.take(id, 1) !== undefined).length).toBeLessThan(501);
});
