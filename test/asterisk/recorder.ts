import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from '../helpers/expected.ts';
import { LabAmi } from './ami.ts';
import { FLAVOURS } from './flavour.ts';
import { Asterisk } from './lab/asterisk.ts';
import { scenariosOf } from './scenarios/all.ts';
import { Lab } from './world.ts';

/*
 * Plays scenarios on one flavour and writes the AMI text of each to fixtures/<scenario>/<flavour>.ami.log. It runs in a
 * network namespace of its own: `run.ts --record` makes that.
 * usage: recorder.ts FLAVOUR INSTANCE SCENARIO…
 */
const [name, instance = '', ...wanted] = process.argv.slice(2);
const flavour = FLAVOURS.find((one) => one.name === name);
if (flavour === undefined) throw new Error(`expected one of: ${FLAVOURS.map((one) => one.name).join(', ')}`);
const asterisk = new Asterisk(flavour, instance);
await asterisk.start();
console.log(`on ${asterisk.version}`);
const lab = await Lab.open(flavour, asterisk);
for (const scenario of scenariosOf(flavour, wanted)) {
  const session =
    scenario.allRights || flavour.dialplan
      ? await LabAmi.login('lab', 'labor', 'system,call,dialplan,agent')
      : await LabAmi.login('callevents', 'geheim', 'system,call');
  try {
    await scenario.play(lab);
    await lab.quiet(session);
    mkdirSync(join(FIXTURES, scenario.name), { recursive: true });
    writeFileSync(join(FIXTURES, scenario.name, `${flavour.name}.ami.log`), session.text);
    console.log(`ok      ${flavour.name} ${scenario.name}: ${(session.text.match(/^Event: /gm) ?? []).length} events`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAILED  ${flavour.name} ${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
    asterisk.console('channel request hangup all');
    await lab.quiet(session);
  }
  session.close();
  lab.reset();
}
lab.close();
await asterisk.stop();
