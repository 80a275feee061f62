import { expect, it } from '@jest/globals';
import { deliveryIdOf } from '../../src/delivery/delivery-id.ts';

it('a delivery id says which leg, event and rule it is about, and nothing else', () => {
  const leg = { server: '', startup: '2026-11-28 12:00:00', uniqueid: '1.1', extension: '101', flow: 'IN' as const };
  const about = { event: 'hangup' as const, ruleId: 'E', leg };
  const id = deliveryIdOf(about);
  expect(id).toBe(deliveryIdOf({ ...structuredClone(about), callId: 'whatever it reads' } as typeof about));
  const others = [
    deliveryIdOf({ ...about, event: 'dial-in' }),
    deliveryIdOf({ ...about, ruleId: 'F' }),
    ...[{ server: 'east' }, { startup: '' }, { uniqueid: '1.2' }, { extension: '102' }, { flow: 'OUT' as const }].map(
      (change) => deliveryIdOf({ ...about, leg: { ...leg, ...change } }),
    ),
  ];
  expect(new Set([id, ...others]).size).toBe(8);
});
