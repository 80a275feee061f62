import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { awaitTestCall } from '../../../src/cli/commands/test-call.ts';
import { promptsOn } from '../../../src/cli/terminal/ask.ts';
import { commandIo } from '../../../src/cli/terminal/io.ts';
import { captureIo } from '../../helpers/captured-io.ts';
import { type RunningService, startService } from '../../helpers/running-service.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

/** A call of now: without the times of when it was recorded. */
const CALL = readFileSync(
  join(import.meta.dirname, '../../../fixtures/direct-answered/asterisk22-pjsip.ami.log'),
  'utf8',
).replaceAll(/^Timestamp: .*\n/gm, '');

const directory = temporaryDirectory();
let running: RunningService;
beforeAll(async () => {
  running = await startService(
    (url) => `  "102": { events: [{ on: dial-in, id: ring, url: "${url}/ring?token=quite-secret" }] }`,
  );
});
afterAll(() => running.stop());

it('waits for a call, and shows its request and the answer', async () => {
  const captured = captureIo({ env: { CONFIGURATION_DIRECTORY: dirname(running.configFile) }, stdin: 'y\n' });
  const io = commandIo(captured.io);
  const waiting = awaitTestCall('102', promptsOn(io, false), io);
  await captured.saying('Call 102 now');
  running.asterisk.play(CALL);
  await waiting;
  expect(captured.stdout()).toMatch(
    /: dial-in of 102, [\s\S]*\n {2}> GET http:\/\/127\.0\.0\.1:\d+\/ring\?token=\*\*\*&CallID=/,
  );
  expect(captured.stdout()).toMatch(/\n {2}attempt 1 at .*: HTTP 200 in \d+ ms, delivered\n {4}< said the receiver\n/);
});

it('ends with Ctrl-C, and without waiting where it is not wanted', async () => {
  const stopped = captureIo({ env: { CONFIGURATION_DIRECTORY: dirname(running.configFile) }, stdin: 'y\n' });
  const io = commandIo(stopped.io);
  const waiting = awaitTestCall('102', promptsOn(io, false), io);
  await stopped.saying('Call 102 now');
  stopped.stop();
  await waiting;
  const declined = commandIo(captureIo({ stdin: 'n\n' }).io);
  await awaitTestCall('102', promptsOn(declined, false), declined);
});

it('ends with the reason when the deliveries cannot be looked at', async () => {
  directory.write('outbox.db', 'no database');
  directory.write(
    'config.yaml',
    `asterisk: { username: u, secret: s }\noutbox: ${directory.path}/outbox.db\nextensions: { "102": {} }\n`,
  );
  const captured = captureIo({ env: { CONFIGURATION_DIRECTORY: directory.path }, stdin: 'y\n' });
  const io = commandIo(captured.io);
  await awaitTestCall('102', promptsOn(io, false), io);
  expect(captured.stdout()).toMatch(/The request cannot be shown: .*outbox\.db/);
});
