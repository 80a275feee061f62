import { describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../../src/service/lifecycle.ts';

/** A lifecycle whose starts and stops end when the test says so. */
function lifecycle() {
  const steps: string[] = [];
  const starts: PromiseWithResolvers<void>[] = [];
  const stops: PromiseWithResolvers<boolean>[] = [];
  const one = new Lifecycle(
    async (signal) => {
      const end = Promise.withResolvers<void>();
      starts.push(end);
      steps.push('start');
      signal.addEventListener('abort', () => end.resolve());
      await end.promise;
      steps.push(signal.aborted ? 'aborted' : 'runs');
    },
    async () => {
      const end = Promise.withResolvers<boolean>();
      stops.push(end);
      steps.push('stop');
      const inTime = await end.promise;
      steps.push('stopped');
      return inTime;
    },
  );
  return { one, steps, starts, stops };
}

const turn = () => new Promise(setImmediate);

async function running() {
  const parts = lifecycle();
  const started = parts.one.start();
  parts.starts[0]?.resolve();
  await started;
  return parts;
}

describe('a lifecycle', () => {
  it('starts once however often it is asked to, and stops once', async () => {
    const { one, steps, starts, stops } = lifecycle();
    const started = [one.start(), one.start()];
    starts[0]?.resolve();
    await Promise.all([...started, one.start()]);
    const stopped = [one.stop(), one.stop()];
    await turn();
    stops[0]?.resolve(true);
    expect(await Promise.all(stopped)).toEqual([true, true]);
    expect(steps).toEqual(['start', 'runs', 'stop', 'stopped']);
  });

  it('starts after a stop that is under way, once for two calls', async () => {
    const { one, steps, starts, stops } = await running();
    const stopped = one.stop();
    const started = Promise.all([one.start(), one.start()]);
    await turn();
    expect(steps).toEqual(['start', 'runs', 'stop']);
    stops[0]?.resolve(false);
    expect(await stopped).toBe(false);
    await turn();
    starts[1]?.resolve();
    await started;
    expect(steps).toEqual(['start', 'runs', 'stop', 'stopped', 'start', 'runs']);
  });

  it('aborts a start that is under way, then stops what it has started', async () => {
    const { one, steps, stops } = lifecycle();
    const started = one.start();
    const stopped = Promise.all([one.stop(), one.stop()]);
    await started;
    await turn();
    stops[0]?.resolve(true);
    await stopped;
    expect(steps).toEqual(['start', 'aborted', 'stop', 'stopped']);
  });

  it('does not start at all what is stopped while it waits for a stop', async () => {
    const { one, steps, stops } = await running();
    const first = one.stop();
    const started = one.start();
    const second = one.stop();
    await turn();
    stops[0]?.resolve(true);
    await Promise.all([first, started, second]);
    expect(steps).toEqual(['start', 'runs', 'stop', 'stopped']);
  });

  it('goes by the last call of start, stop, start', async () => {
    const { one, steps, starts, stops } = await running();
    const all = [one.stop(), one.start(), one.stop(), one.start()];
    await turn();
    stops[0]?.resolve(true);
    await turn();
    starts[1]?.resolve();
    await Promise.all(all);
    expect(steps).toEqual(['start', 'runs', 'stop', 'stopped', 'start', 'runs']);
  });

  it('may be started again after a start that failed', async () => {
    const { one, steps, starts } = lifecycle();
    const first = one.start();
    starts[0]?.reject(new Error('planted'));
    await expect(first).rejects.toThrow('planted');
    const second = one.start();
    starts[1]?.resolve();
    await second;
    expect(steps).toEqual(['start', 'start', 'runs']);
  });

  it('starts after a stop that failed', async () => {
    const { one, steps, starts, stops } = await running();
    const stopped = one.stop();
    const started = one.start();
    await turn();
    stops[0]?.reject(new Error('planted'));
    await expect(stopped).rejects.toThrow('planted');
    await turn();
    starts[1]?.resolve();
    await started;
    expect(steps.slice(2)).toEqual(['stop', 'start', 'runs']);
  });
});
