import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabAmi } from '../../test/asterisk/ami.ts';
import { chrootOf, FLAVOURS } from '../../test/asterisk/flavour.ts';
import { Asterisk } from '../../test/asterisk/lab/asterisk.ts';
import { answered, openWorld, talk, type World } from '../../test/asterisk/world.ts';

/*
 * Records what a session that reads every class of event sees of some calls on a real Asterisk 22. As root, where
 * `npm run test:asterisk` has installed one:
 *
 *     bash test/asterisk/lab/in-namespace.sh bench npx node bench/recorded/record.ts
 */
const OUTPUT = join(import.meta.dirname, 'asterisk22-all-classes.ami.log');

const flavour = FLAVOURS.find(({ name }) => name === 'asterisk22-pjsip');
if (flavour === undefined) throw new Error('there is no Asterisk 22 in the lab');
const asterisk = new Asterisk(flavour);
await asterisk.start();
appendFileSync(
  join(chrootOf(flavour.version), 'etc/asterisk-lab/extensions.conf'),
  readFileSync(join(import.meta.dirname, 'extensions.conf'), 'utf8'),
);
asterisk.console('dialplan reload');
const world = await openWorld(flavour, asterisk);
const session = await LabAmi.login('lab', 'labor', 'all');

for (const play of [answeredCall, missedCall, ringGroup, fromOutside, twoAtOnce]) {
  await play(world);
  await world.quiet();
  world.reset();
}
const text = session.takeText();
writeFileSync(OUTPUT, text);
const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
console.log(
  `${OUTPUT}: ${count(/^Event: /gm)} events, of them ${count(/^Event: (VarSet|Newexten)/gm)} of the dialplan`,
);
session.close();
world.close();
await asterisk.stop();

async function talking({ phone }: World, from: string, to: string, number = `7${to}`): Promise<void> {
  const caller = phone(from).call(number);
  const called = await answered(phone(to));
  await caller.is('answered');
  await talk();
  await caller.hangup();
  await called.is('ended');
}

async function answeredCall(w: World): Promise<void> {
  await talking(w, '101', '102');
}

async function missedCall({ phone }: World): Promise<void> {
  const caller = phone('103').call('7101');
  const called = await phone('101').incoming();
  await caller.is('ringing');
  caller.cancel();
  await called.is('ended');
}

async function ringGroup({ phone }: World): Promise<void> {
  const caller = phone('105').call('7200');
  const [first, second] = [await phone('102').incoming(), await phone('103').incoming()];
  const called = await answered(phone('101'));
  await caller.is('answered');
  await Promise.all([first.is('ended'), second.is('ended')]);
  await talk();
  await called.hangup();
  await caller.is('ended');
}

async function fromOutside({ phone, trunk }: World): Promise<void> {
  const caller = trunk.call('+18005550701', [], '+31612345678');
  const called = await answered(phone('101'));
  await caller.is('answered');
  await talk();
  await caller.hangup();
  await called.is('ended');
}

async function twoAtOnce(w: World): Promise<void> {
  const first = talking(w, '101', '102');
  await sleep(40);
  await Promise.all([first, talking(w, '105', '103')]);
}
