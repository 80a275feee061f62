import { expect, it } from '@jest/globals';
import { DeliveryCache } from '../../../src/delivery/outbox/delivery-cache.ts';
import { delivery } from '../../helpers/delivery.ts';

it('what waits long makes room for what is written now', () => {
  const written = new DeliveryCache();
  const waiting = Array.from({ length: 1000 }, (_, index) => delivery(`waits ${index}`));
  for (const one of waiting) written.add([one], 1);
  written.add([delivery('new')], 1);
  expect(written.take('new', 1)).toEqual(delivery('new'));
  expect(waiting.filter(({ id }) => written.take(id, 1) !== undefined).length).toBeLessThan(501);
});
