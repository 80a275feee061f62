import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabAmi } from '../../test/asterisk/ami.ts';
import { FLAVOURS } from '../../test/asterisk/flavour.ts';
import { Asterisk } from '../../test/asterisk/lab/asterisk.ts';
import { answersAt, fromOutside, hangsUp } from '../../test/asterisk/scenarios/scenario.ts';
import { Lab, type World } from '../../test/asterisk/world.ts';

/*
 * Records what a session that reads every class of event sees of some calls on a real Asterisk 22. As root, where
 * `npm run test:asterisk` has installed one:
 *
 *     bash test/asterisk/lab/in-namespace.sh bench npx node bench/recorded/record.ts
 */
const OUTPUT = join(import.meta.dirname, 'asterisk22-all-classes.ami.log');

const flavour = FLAVOURS.find(({ name }) => name === 'asterisk22-pjsip');
if (flavour === undefined) throw new Error('there is no Asterisk 22 in the lab');
const asterisk = new Asterisk(flavour, 'bench');
await asterisk.start();
asterisk.addDialplan(readFileSync(join(import.meta.dirname, 'extensions.conf'), 'utf8'));
const lab = await Lab.open(flavour, asterisk);
const session = await LabAmi.login('lab', 'labor', 'all');

for (const play of [answeredCall, missedCall, ringGroup, inbound, twoAtOnce]) {
  await play(lab);
  await lab.quiet(session);
  lab.reset();
}
const { text } = session;
writeFileSync(OUTPUT, text);
const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
console.log(
  `${OUTPUT}: ${count(/^Event: /gm)} events, of them ${count(/^Event: (VarSet|Newexten)/gm)} of the dialplan`,
);
session.close();
lab.close();
await asterisk.stop();

async function talking(w: World, from: string, to: string): Promise<void> {
  const caller = w.phone(from).call(`7${to}`);
  await hangsUp(caller, await answersAt(w, caller, w.phone(to)));
}

async function answeredCall(w: World): Promise<void> {
  await talking(w, '101', '102');
}

async function missedCall(w: World): Promise<void> {
  const caller = w.phone('103').call('7101');
  const called = await w.phone('101').incoming();
  await caller.is('ringing');
  caller.cancel();
  await called.is('ended');
}

async function ringGroup(w: World): Promise<void> {
  const caller = w.phone('105').call('7200');
  const [first, second] = [await w.phone('102').incoming(), await w.phone('103').incoming()];
  const called = await answersAt(w, caller, w.phone('101'));
  await Promise.all([first.is('ended'), second.is('ended')]);
  await hangsUp(called, caller);
}

async function inbound(w: World): Promise<void> {
  const caller = fromOutside(w, '+18005550701');
  await hangsUp(caller, await answersAt(w, caller, w.phone('101')));
}

async function twoAtOnce(w: World): Promise<void> {
  await Promise.all([talking(w, '101', '102'), talking(w, '105', '103')]);
}
