import { expect, it } from '@jest/globals';
import { deliveryIdOf } from '../../src/delivery/delivery-id.ts';

it('a delivery id says what it is about and nothing else', () => {
  const about = {
    event: 'hangup' as const,
    ruleId: 'E',
    leg: { callId: '1.1', extension: '101', flow: 'IN' as const, number: 1 },
  };
  const id = deliveryIdOf('pbx', about);
  expect(id).toBe(deliveryIdOf('pbx', structuredClone(about)));
  const others = [
    deliveryIdOf('pbx2', about),
    deliveryIdOf('pbx', { ...about, event: 'dial-in' }),
    deliveryIdOf('pbx', { ...about, ruleId: 'F' }),
    deliveryIdOf('pbx', { ...about, leg: { ...about.leg, number: 2 } }),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
});
