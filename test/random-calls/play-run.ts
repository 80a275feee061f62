import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabAmi } from '../asterisk/ami.ts';
import { RecordingReceiver } from '../faults/recording-receiver.ts';
import { ServiceProcess, until } from '../faults/service-process.ts';
import { randomCallsPbx } from './pbx/asterisk-pbx.ts';
import { Stage } from './phones/stage.ts';
import { Story } from './phones/story.ts';
import { between, sourceOf } from './plan/chance.ts';
import { drawPlan } from './plan/draw-plan.ts';
import { runFiles, writeArrivals } from './run-files.ts';
import { serviceConfig } from './service-config.ts';
import type { Settings } from './settings.ts';

/*
 * Plays one run of random calls, with `call-events run` beside it, and leaves what was seen in its directory. It judges
 * nothing. It runs in a network namespace of its own (see run.ts).
 * usage: play-run.ts DIRECTORY INSTANCE
 */
const [directory = '', instance = ''] = process.argv.slice(2);
const files = runFiles(directory);
const settings = JSON.parse(readFileSync(files.settings, 'utf8')) as Settings;
/** The longest that a call's last requests may take. */
const LAST_REQUESTS_MS = 20_000;

const asterisk = randomCallsPbx(settings.version, instance);
await asterisk.start();
console.log(`on ${asterisk.version}`);
const receiver = new RecordingReceiver();
writeFileSync(files.config, serviceConfig(await receiver.listen(), files.outbox, settings.added));
const story = new Story(files.story);
const service = new ServiceProcess(files.config);
service.start();
await connected(1);
const ami = await LabAmi.login('lab', 'labor', 'call,system,agent,user,dtmf');
const stage = new Stage(story, ami, asterisk);
ami.onEvent = (block) => {
  appendFileSync(files.ami, block);
  ami.forget();
  stage.takeEvent(block);
};
await stage.open();

let isPlaying = true;
const killing = settings.kill ? killNowAndThen() : undefined;
await playAll();
isPlaying = false;
await killing;
await ended();
if (await service.kill('SIGTERM')) console.log('FAILED  the service did not end well');
writeFileSync(files.serviceLog, service.log);
writeArrivals(files.arrivals, receiver.arrivals);
ami.close();
stage.close();
await receiver.stop();
await asterisk.stop();

/** Some calls at once; the next begins when there is room, at once or a little later. */
async function playAll(): Promise<void> {
  const chance = sourceOf(settings.seed, 'pauses');
  const playing = new Set<Promise<void>>();
  for (let index = 1; index <= settings.calls; index++) {
    while (playing.size >= settings.atOnce) await Promise.race(playing);
    if (asterisk.hasCrashed) throw new Error(`Asterisk has crashed, in call ${index} or before`);
    const played: Promise<void> = stage
      .play(drawPlan(settings.seed, index, settings.kinds))
      .finally(() => playing.delete(played));
    playing.add(played);
    await sleep(chance.pick([0, 20, between(chance, 50, 1000)]));
    if (index % 100 === 0)
      console.log(`${index} calls, ${receiver.arrivals.length} requests, ${ami.living.count} channels`);
  }
  await Promise.all(playing);
}

async function killNowAndThen(): Promise<void> {
  const chance = sourceOf(settings.seed, 'kills');
  for (let starts = 1; isPlaying; starts++) {
    await sleep(between(chance, 8000, 20_000));
    story.add({ saw: 'the service is killed' });
    await service.kill('SIGKILL');
    await sleep(chance.pick([0, 0, between(chance, 500, 3000)]));
    service.start();
    await connected(starts + 1);
    story.add({ saw: 'the service is back' });
  }
}

/** The service, started for the n-th time, is connected. @throws with what it has logged where it ends instead */
async function connected(starts: number): Promise<void> {
  const isConnected = () => service.log.split('AMI: connected').length > starts;
  await until('the service to connect', () => isConnected() || typeof service.exitCode === 'number');
  if (!isConnected()) throw new Error(`the service does not start:\n${service.log.slice(-3000)}`);
}

/** Every channel is gone, and nothing more is sent. */
async function ended(): Promise<void> {
  await ami
    .until('all channels to end', () => ami.living.count === 0, 60_000)
    .catch((error: Error) => {
      console.log(`FAILED  ${error.message}`);
      asterisk.console('channel request hangup all');
    });
  for (let count = -1, from = Date.now(); count < receiver.arrivals.length && Date.now() - from < LAST_REQUESTS_MS; ) {
    count = receiver.arrivals.length;
    await sleep(3000);
  }
}
