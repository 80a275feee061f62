import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DoctorPlace } from '../helpers/doctor-place.ts';

let place: DoctorPlace;
beforeAll(async () => {
  place = await DoctorPlace.start();
});
afterAll(() => place.stop());

it('finds nothing wrong where nothing is', async () => {
  const { code, checks } = await place.examine();
  expect(checks.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(code).toBe(0);
  expect(checks.map(({ id }) => id)).toEqual([
    ...[
      'config',
      'rights',
      'service',
      'ami.connect',
      'ami.login',
      'ami.write',
      'ami.events',
      'ami.timestamps',
      'clock',
    ],
    ...['phones', 'disk', 'outbox', 'target', 'versions'],
  ]);
  const text = await place.print();
  expect(text).toMatch(/^ok +config +\/.*config\.yaml: 1 extension, 1 rule$/m);
  expect(text).not.toMatch(/geheim|verysecret/);
});

it('prints a line for each, a fault with what to type', async () => {
  place.write('unit-state', 'ActiveState=inactive\n');
  const text = await place.print();
  expect(text).toMatch(/^fault +service +the service does not run \(inactive\) ▸ systemctl enable --now call-events$/m);
  expect(text).toMatch(/\n\n13 ok, 0 warnings, 1 fault\n$/);
});
