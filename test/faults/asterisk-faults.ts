import { readFileSync, writeFileSync } from 'node:fs';
import { judge } from './judge.ts';
import { until } from './service-process.ts';
import { countIn, end, pause, type Result, resultOf, settled, withService } from './with-service.ts';

/** The AMI connection is cut again and again, in the middle of packets. */
export async function amiCut(random: () => number, times: number): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx } = parts;
    pbx.busy(50);
    for (let cut = 0; cut < times; cut++) {
      await pause(150 + random() * 500);
      const before = pbx.sessions.length;
      pbx.cutInPacket();
      await until('the next connection', () => pbx.sessions.length > before);
    }
    return resultOf(await end(parts), 0, { cuts: times });
  });
}

/** Asterisk is killed and started again in mid-call: every open leg ends, none is left. */
export async function asteriskRestarted(random: () => number): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx, receiver, service, outbox } = parts;
    pbx.busy(50);
    await pause(2500);
    pbx.makeNoMoreCalls();
    const open = pbx.legs.filter(({ endedAt }) => endedAt === undefined).length;
    const before = pbx.sessions.length;
    pbx.restart();
    await until('the next connection', () => pbx.sessions.length > before);
    await settled(parts);
    await service.kill('SIGTERM');
    const left = countIn(outbox, 'calls');
    const verdict = judge(pbx.legs, pbx.sessions, receiver.arrivals);
    const result = resultOf(verdict, 0, { 'open at the restart': open, 'left open': left });
    if (open === 0) result.wrong.push('no leg was open');
    return result;
  });
}

/** The connection swallows everything: noticed within two ping intervals (1 s here). */
export async function halfOpen(random: () => number): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx } = parts;
    pbx.busy(20);
    await pause(1000);
    const before = pbx.sessions.length;
    const from = Date.now();
    pbx.swallow();
    await until('the next connection', () => pbx.sessions.length > before);
    const ms = Date.now() - from;
    const result = resultOf(await end(parts), 0, { 'noticed and connected again after ms': ms });
    // Two intervals of 1 s, and the back-off of at most 0.75 s before the next connection.
    if (ms > 2000 + 1000) result.late.push(`noticed after ${ms} ms`);
    return result;
  });
}

/** One Hangup of ten never comes, as with an eventfilter of the PBX's own: the list of channels ends those legs. */
export async function hangupsWithheld(random: () => number): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx, service, place } = parts;
    const text = readFileSync(place.config, 'utf8').replace('pingInterval: 1s', 'pingInterval: 1s, listInterval: 1s');
    writeFileSync(place.config, text);
    service.signal('SIGHUP');
    await until('the next connection', () => pbx.sessions.filter(({ hasAsked }) => hasAsked).length > 1);
    pbx.withheldHangups = 0.1;
    pbx.busy(50);
    await pause(10_000);
    const verdict = await end(parts);
    const found = [...service.log.matchAll(/"msg":"(\d+) channels have ended without a Hangup/g)];
    const ended = found.reduce((sum, [, count]) => sum + Number(count), 0);
    const result = resultOf(verdict, 0, { 'ended by the list': ended });
    if (ended === 0) result.wrong.push('the list of channels ended nothing');
    if (service.log.includes('no event has shown')) result.wrong.push('it took channels for unseen');
    return result;
  });
}
