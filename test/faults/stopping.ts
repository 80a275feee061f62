import { writeFileSync } from 'node:fs';
import { until } from './service-process.ts';
import { end, pause, type Result, resultOf, withService } from './with-service.ts';
import { configText } from './workplace.ts';

const TAKEN = /configuration reloaded/g;
const REFUSED = /applied before stays active|is shorter, or cut/g;

/** SIGTERM under load with a slow receiver: it ends in time, and what is unsent is sent after the next start. */
export async function terminatedUnderLoad(random: () => number): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx, receiver, service } = parts;
    pbx.busy(50);
    await pause(1000);
    receiver.delayMs = 3000;
    await until('slow requests', () => receiver.open >= 4);
    const from = Date.now();
    const code = await service.kill('SIGTERM');
    const ms = Date.now() - from;
    // Retries that wait for hours keep nobody waiting.
    receiver.delayMs = 0;
    receiver.status = 503;
    service.start();
    await until('retries', () => (service.log.match(/"outcome":"retry"/g) ?? []).length >= 6);
    const again = Date.now();
    const codeAgain = await service.kill('SIGTERM');
    const msAgain = Date.now() - again;
    // The second signal: at once.
    receiver.delayMs = 3000;
    receiver.status = 200;
    service.start();
    await until('slow requests', () => receiver.open >= 1);
    const atOnce = Date.now();
    service.signal('SIGTERM');
    await until('it to stop', () => service.log.trimEnd().split('\n').at(-1)?.includes('stopping:') === true);
    const killed = await service.kill('SIGTERM');
    const msAtOnce = Date.now() - atOnce;
    receiver.delayMs = 0;
    service.start();
    // What was refused came again, and what was in flight at the second signal was not recorded.
    const result = resultOf(await end(parts), receiver.refused + 8, {
      'ended after ms': ms,
      'with retries waiting': msAgain,
      'at a second signal': msAtOnce,
    });
    if (code !== 0 || codeAgain !== 0) result.wrong.push(`it ended with ${String(code)}, ${String(codeAgain)}`);
    if (ms > 26_000) result.late.push(`it took ${ms} ms to end`);
    if (msAgain > 5000) result.late.push(`it took ${msAgain} ms to end with retries waiting`);
    if (killed !== 1) result.wrong.push(`the second signal: ${String(killed)}`);
    if (msAtOnce > 2500) result.late.push(`the second signal took ${msAtOnce} ms`);
    return result;
  });
}

/** SIGHUP every 50 ms, with valid, invalid and half-written files, under load. */
export async function reloaded(random: () => number, times: number): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx, receiver, service, place, ports } = parts;
    // What belongs together is marked in three places: path, parameter and header.
    const marked = (mark: string) =>
      configText(...ports).replaceAll(
        /url: "(http:\/\/[^/]*\/)([^"]*)"/g,
        `url: "$1$2/${mark}", params: {mark: ${mark}}, headers: {X-Mark: ${mark}}`,
      );
    const bad = marked('bad').replace('on: dial-in', 'on: dailin');
    // Cut at any place, also where what is left is valid.
    const cut = () => marked('cut').slice(0, Math.floor(random() * marked('cut').length));
    const files = [() => marked('one'), () => bad, () => marked('two'), cut];
    pbx.busy(50);
    // Once each for sure; on a machine that is busy many of the others become one.
    const put = async (text: string, said: RegExp) => {
      const found = () => (service.log.match(said) ?? []).length;
      const before = found();
      writeFileSync(place.config, text);
      service.signal('SIGHUP');
      await until(`the log to have ${said.source}`, () => found() > before);
    };
    await put(bad, REFUSED);
    await put(marked('one'), TAKEN);
    await until('a request by the first one', () => receiver.arrivals.some(({ marks }) => marks.includes('one')));
    for (let reload = 0; reload < times; reload++) {
      writeFileSync(place.config, files[reload % files.length]?.() ?? '');
      service.signal('SIGHUP');
      await pause(50);
    }
    writeFileSync(place.config, marked('last'));
    service.signal('SIGHUP');
    await until('a request by the last one', () => receiver.arrivals.some(({ marks }) => marks.includes('last')));
    const verdict = await end(parts);
    const taken = (service.log.match(TAKEN) ?? []).length;
    const refused = (service.log.match(REFUSED) ?? []).length;
    const marks = receiver.arrivals.map(({ marks: found }) => found);
    const mixed = marks.filter((found) => new Set(found).size > 1).length;
    const wrongMarks = marks.flat().filter((mark) => mark === 'bad' || mark === 'cut').length;
    const result = resultOf(verdict, 0, { reloads: times, taken, refused, mixed });
    if (mixed + wrongMarks > 0) result.wrong.push(`${mixed} of two configurations, ${wrongMarks} of wrong ones`);
    return result;
  });
}
