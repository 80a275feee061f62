import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabAmi } from './ami.ts';
import { FLAVOURS } from './flavour.ts';
import { Asterisk } from './lab/asterisk.ts';
import { SCENARIOS } from './scenarios.ts';
import { openWorld } from './world.ts';

/*
 * Plays scenarios on one flavour and writes the AMI text of each to fixtures/<scenario>/<flavour>.ami.log. It runs in a
 * network namespace of its own; `record.sh` makes that.
 * usage: recorder.ts FLAVOUR [SCENARIO…]
 */
const FIXTURES = join(import.meta.dirname, '../../fixtures');
const [name, ...wanted] = process.argv.slice(2);
const flavour = FLAVOURS.find((one) => one.name === name);
if (flavour === undefined) throw new Error(`expected one of: ${FLAVOURS.map((one) => one.name).join(', ')}`);
const asterisk = new Asterisk(flavour);
await asterisk.start();
console.log(flavour.name, asterisk.version);
const world = await openWorld(flavour, asterisk);
let failed = 0;
for (const scenario of SCENARIOS) {
  if (scenario.only?.(flavour) === false || (wanted.length > 0 && !wanted.includes(scenario.name))) continue;
  const session = scenario.allRights
    ? await LabAmi.login('lab', 'labor', 'system,call,dialplan,agent')
    : await LabAmi.login('callevents', 'geheim', 'system,call');
  try {
    await scenario.play(world);
    await world.quiet();
    const text = session.takeText();
    mkdirSync(join(FIXTURES, scenario.name), { recursive: true });
    writeFileSync(join(FIXTURES, scenario.name, `${flavour.name}.ami.log`), text);
    console.log('ok    ', scenario.name, `${(text.match(/^Event: /gm) ?? []).length} events`);
  } catch (error) {
    failed++;
    console.log('FAILED', scenario.name, error instanceof Error ? error.message : error);
    asterisk.console('channel request hangup all');
    await world.quiet();
  }
  session.close();
  world.reset();
}
world.close();
await asterisk.stop();
console.log(failed === 0 ? 'all recorded' : `${failed} could not be played`);
process.exitCode = failed === 0 ? 0 : 1;
