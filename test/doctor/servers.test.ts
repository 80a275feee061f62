import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DoctorPlace } from '../helpers/doctor-place.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../helpers/fake-asterisk.ts';

let place: DoctorPlace;
let west: FakeAsterisk;
beforeAll(async () => {
  place = await DoctorPlace.start();
  west = await startFakeAsterisk();
});
afterAll(async () => {
  await place.stop();
  await west.stop();
});

/** A list of servers of this machine; the second one has no manager.conf that is known. */
function configure(second: string): void {
  const { port } = place.running.asterisk;
  place.write(
    'config.yaml',
    `asterisk:
  - { name: east, port: ${port}, username: callevents, secret: geheim }
  - { name: west, ${second} }
outbox: ${place.running.outbox}
extensions:
  "102": { events: [{ on: hangup, url: "${place.running.receiver.url}/ended" }] }
`,
    0o640,
  );
}

it('says of each server whose line it is', async () => {
  configure(`port: ${west.port}, username: callevents, secret: geheim`);
  place.edit('etc/manager.conf', 'enabled = yes', `enabled = yes\nport = ${place.running.asterisk.port}`);
  const { checks } = await place.examine();
  const logins = checks.filter(({ id }) => id === 'ami.login').map(({ message }) => message);
  expect(logins).toEqual(['east: logged in as callevents', 'west: logged in as callevents']);
  // What stands in manager.conf is the one's whose port it has.
  const events = checks.filter(({ id }) => id === 'ami.events').map(({ message }) => message);
  expect(events).toEqual([
    expect.stringMatching(/^east: the user may read system,call/),
    expect.stringMatching(/^west: no call was going on, so none was seen/),
  ]);
  expect(checks.filter(({ id }) => id === 'phones' || id === 'endpoints').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^east: /),
    expect.stringMatching(/^west: /),
  ]);
});

it.each([
  [
    () => `port: ${west.port}, username: callevents, secret: wrong`,
    'ami.login',
    /^west: Asterisk refuses user or secret/,
    /^editor .*config\.yaml {5}\(the secret of callevents, as manager\.conf of 127\.0\.0\.1 has it\)$/,
  ],
  [
    () => 'port: 1, username: callevents, secret: geheim',
    'ami.connect',
    /^west: .*nothing listens there/,
    /^systemctl status asterisk/,
  ],
])('says what to type for the one that fails', async (second, id, message, remedy) => {
  configure(second());
  const { code, checks } = await place.examine();
  expect([code, checks.filter(({ level }) => level === 'fault')]).toEqual([
    2,
    [{ id, level: 'fault', message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) }],
  ]);
});
