import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BridgeProcess, until } from './bridge-process.ts';
import { BusyPbx } from './busy-pbx.ts';
import { judge, type Verdict } from './judge.ts';
import { RecordingReceiver } from './recording-receiver.ts';
import { configText, type Workplace, workplace } from './workplace.ts';

/** What a fault test found: figures to print, and what is wrong. */
export interface Result {
  figures: Record<string, number | string>;
  wrong: string[];
}

/** A bridge between a busy PBX and a receiver, all of it taken down at the end. */
export async function withBridge(
  random: () => number,
  test: (parts: {
    pbx: BusyPbx;
    receiver: RecordingReceiver;
    bridge: BridgeProcess;
    place: Workplace;
    ports: [number, number];
  }) => Promise<Result>,
  options: { more?: string; env?: (place: Workplace) => NodeJS.ProcessEnv } = {},
): Promise<Result> {
  const pbx = new BusyPbx(random);
  const receiver = new RecordingReceiver();
  const ports: [number, number] = [await pbx.listen(), await receiver.listen()];
  const place = workplace(...ports, options.more);
  const bridge = new BridgeProcess(place.config, { STATE_DIRECTORY: place.directory, ...options.env?.(place) });
  try {
    bridge.start();
    await until('the first connection', () => pbx.sessions.some(({ askedAt }) => askedAt !== undefined));
    return await test({ pbx, receiver, bridge, place, ports });
  } catch (error) {
    return {
      figures: {},
      wrong: [`${error instanceof Error ? error.message : String(error)}\n${bridge.log.slice(-1500)}`],
    };
  } finally {
    await bridge.kill();
    await pbx.stop();
    await receiver.stop();
    place.remove();
  }
}

/** Nothing has arrived for a while: longer than any pause between two attempts at a receiver that answers. */
export const settled = (receiver: RecordingReceiver) => Date.now() - (receiver.arrivals.at(-1)?.at ?? 0) > 4000;

function resultOf(verdict: Verdict, more: Record<string, number | string> = {}): Result {
  const { legs, arrivals, lost, duplicates, disordered, false: untrue } = verdict;
  return {
    figures: {
      legs,
      requests: arrivals,
      lost: lost.length,
      duplicates,
      disordered: disordered.length,
      false: untrue.length,
      ...more,
    },
    wrong: [
      ...lost.slice(0, 5).map((what) => `lost: ${what}`),
      ...disordered.slice(0, 5).map((what) => `out of order: ${what}`),
      ...untrue.slice(0, 5).map((what) => `told of a call that was up already: ${what}`),
    ],
  };
}

async function end(pbx: BusyPbx, receiver: RecordingReceiver, bridge: BridgeProcess): Promise<Verdict> {
  await pbx.quiet();
  await until('all that is pending', () => settled(receiver), 120_000);
  const code = await bridge.kill('SIGTERM');
  if (code !== 0) throw new Error(`the bridge ended with ${String(code)}`);
  return judge(pbx.legs, pbx.sessions, receiver.arrivals);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** kill -9 at random moments, against a PBX that goes on without the bridge. */
export async function killedAtRandom(random: () => number, times: number): Promise<Result> {
  return withBridge(random, async ({ pbx, receiver, bridge }) => {
    pbx.busy(50);
    for (let kill = 0; kill < times; kill++) {
      await pause(200 + random() * 800);
      await bridge.kill();
      await pause(random() * 400);
      const before = pbx.sessions.length;
      bridge.start();
      await until('the next connection', () => pbx.sessions.length > before);
    }
    const verdict = await end(pbx, receiver, bridge);
    return resultOf(verdict, { kills: times });
  });
}

/** kill -9 exactly between two steps of a delivery. */
export async function killedAtStep(random: () => number, step: string, times: number): Promise<Result> {
  return withBridge(
    random,
    async ({ pbx, receiver, bridge }) => {
      pbx.busy(50);
      for (let kill = 0; kill < times; kill++) {
        await bridge.ended();
        // It may kill itself again before it has connected: with what the last one left pending.
        bridge.start();
      }
      bridge.spare();
      await bridge.kill();
      bridge.start();
      return resultOf(await end(pbx, receiver, bridge), { kills: times });
    },
    { env: () => ({ CALL_EVENTS_KILL_AT: step, CALL_EVENTS_KILL_AFTER: '15' }) },
  );
}

/** The AMI connection is cut again and again, in the middle of packets. */
export async function amiCut(random: () => number, times: number): Promise<Result> {
  return withBridge(random, async ({ pbx, receiver, bridge }) => {
    pbx.busy(50);
    for (let cut = 0; cut < times; cut++) {
      await pause(150 + random() * 500);
      const before = pbx.sessions.length;
      pbx.cutInPacket();
      await until('the next connection', () => pbx.sessions.length > before);
    }
    return resultOf(await end(pbx, receiver, bridge), { cuts: times });
  });
}

/** Asterisk is killed and started again in mid-call: every open leg ends, none is left. */
export async function asteriskRestarted(random: () => number): Promise<Result> {
  return withBridge(random, async ({ pbx, receiver, bridge, place }) => {
    pbx.busy(50);
    await pause(2500);
    pbx.hold();
    const open = pbx.legs.filter(({ endedAt }) => endedAt === undefined).length;
    const before = pbx.sessions.length;
    pbx.restart();
    await until('the next connection', () => pbx.sessions.length > before);
    await until('all that is pending', () => settled(receiver));
    await bridge.kill('SIGTERM');
    const database = new DatabaseSync(join(place.directory, 'outbox.db'));
    const left = Number(database.prepare('SELECT count(*) AS n FROM calls').get()?.n);
    database.close();
    const result = resultOf(judge(pbx.legs, pbx.sessions, receiver.arrivals), {
      'open at the restart': open,
      'left open': left,
    });
    if (left > 0) result.wrong.push(`${left} calls are still kept as open`);
    return result;
  });
}

/** The connection swallows everything: noticed within two ping intervals (1 s here). */
export async function halfOpen(random: () => number): Promise<Result> {
  return withBridge(random, async ({ pbx, receiver, bridge }) => {
    pbx.busy(20);
    await pause(1000);
    const before = pbx.sessions.length;
    const from = Date.now();
    pbx.swallow();
    await until('the next connection', () => pbx.sessions.length > before, 20_000);
    const ms = Date.now() - from;
    const verdict = resultOf(await end(pbx, receiver, bridge), { 'noticed and connected again after ms': ms });
    // Two intervals of 1 s, and the back-off of at most 0.75 s before the next connection.
    if (ms > 2000 + 1000) verdict.wrong.push(`noticed after ${ms} ms`);
    return verdict;
  });
}

/** SIGTERM under load with a slow receiver: it ends in time, and what is unsent is sent after the next start. */
export async function terminatedUnderLoad(random: () => number): Promise<Result> {
  return withBridge(random, async ({ pbx, receiver, bridge }) => {
    receiver.delayMs = 3000;
    pbx.busy(50);
    await pause(2500);
    const from = Date.now();
    const code = await bridge.kill('SIGTERM');
    const ms = Date.now() - from;
    receiver.delayMs = 0;
    bridge.start();
    const result = resultOf(await end(pbx, receiver, bridge), { 'ended after ms': ms });
    if (code !== 0) result.wrong.push(`it ended with ${String(code)}`);
    if (ms > 26_000) result.wrong.push(`it took ${ms} ms to end`);
    return result;
  });
}

/** SIGHUP every 50 ms, with valid, invalid and half-written files, under load. */
export async function reloaded(random: () => number, times: number): Promise<Result> {
  return withBridge(random, async ({ pbx, receiver, bridge, place, ports }) => {
    const good = configText(...ports);
    const bad = good.replace('on: dial-in', 'on: dailin');
    const half = good.slice(0, good.lastIndexOf('url:') + 20);
    pbx.busy(50);
    for (let reload = 0; reload < times; reload++) {
      writeFileSync(place.config, [good, bad, half][reload % 3] ?? good);
      bridge.signal('SIGHUP');
      await pause(50);
    }
    writeFileSync(place.config, good);
    bridge.signal('SIGHUP');
    const result = resultOf(await end(pbx, receiver, bridge), { reloads: times });
    const taken = (bridge.log.match(/configuration reloaded/g) ?? []).length;
    const refused = (bridge.log.match(/the old one stays in force/g) ?? []).length;
    if (taken === 0 || refused === 0) result.wrong.push(`${taken} taken, ${refused} refused`);
    return { ...result, figures: { ...result.figures, taken, refused } };
  });
}

/** A small disk is full: no crash, it says so, nothing is lost when there is room again. As root: it needs a tmpfs. */
export async function diskFull(random: () => number): Promise<Result> {
  const disk = '/tmp/call-events-full-disk';
  mkdirSync(disk, { recursive: true });
  spawnSync('umount', [disk]);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0)
    return { figures: { 'left out': 'no tmpfs can be mounted here' }, wrong: [] };
  try {
    return await withBridge(
      random,
      async ({ pbx, receiver, bridge }) => {
        writeFileSync(join(disk, 'filler'), Buffer.alloc(1_400_000));
        pbx.busy(50);
        await until('the disk to be full', () => bridge.log.includes('cannot be written (disk full?)'), 60_000);
        await pause(1500);
        if (bridge.exitCode !== null) throw new Error('it has ended');
        spawnSync('mount', ['-o', 'remount,size=200m', disk]);
        await until('it to recover', () => bridge.log.includes('the outbox is written again'), 30_000);
        return resultOf(await end(pbx, receiver, bridge));
      },
      { more: `outbox: ${disk}/outbox.db` },
    );
  } finally {
    spawnSync('umount', [disk]);
  }
}

/** The database is corrupt or cut: the service starts, and the old file is kept aside. */
export async function corrupt(random: () => number): Promise<Result> {
  const wrong: string[] = [];
  for (const harm of ['garbage', 'truncated', 'middle'] as const) {
    const { wrong: found } = await withBridge(random, async ({ pbx, receiver, bridge, place }) => {
      pbx.busy(50);
      await pause(1500);
      await bridge.kill('SIGTERM');
      const file = join(place.directory, 'outbox.db');
      if (harm === 'truncated') truncateSync(file, 5000);
      else {
        const bytes = readFileSync(file);
        bytes.fill(0x55, harm === 'garbage' ? 0 : 4096, harm === 'garbage' ? 4096 : bytes.length);
        writeFileSync(file, bytes);
      }
      const before = pbx.sessions.length;
      bridge.start();
      await until('the next connection', () => pbx.sessions.length > before);
      const kept = readdirSync(place.directory).filter((name) => name.includes('.corrupt-'));
      const arrived = receiver.arrivals.length;
      await until('it to send again', () => receiver.arrivals.length > arrived);
      return { figures: {}, wrong: kept.length === 0 ? [`${harm}: the old file is gone`] : [] };
    });
    wrong.push(...found);
  }
  return { figures: { databases: 3 }, wrong };
}

/** Endpoints that misbehave: each attempt ends by its deadline (1 s here), and a healthy target is as quick as ever. */
export async function sickEndpoints(random: () => number): Promise<Result> {
  const sick: [string, (socket: Socket) => void][] = [
    ['hangs', () => undefined],
    ['drips header', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX: y\r\n')],
    ['drips body', (socket) => drip(socket, 'body', 'HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n')],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['500', (socket) => socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n')],
    ['429', (socket) => socket.end('HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n')],
    ['301', (socket) => socket.end('HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n')],
    ['garbage', (socket) => socket.end('\u0016\u0003\u0001garbage')],
    ['wrong length', (socket) => socket.end('HTTP/1.1 503 No\r\nContent-Length: 9999\r\n\r\nshort')],
    ['endless', (socket) => flood(socket)],
  ];
  const servers = await Promise.all(
    sick.map(async ([, behave]) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => behave(socket));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  try {
    return await withBridge(random, async ({ pbx, receiver, bridge, place, ports }) => {
      const rules = servers.map((server, index) => {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        return `      - {on: dial-in, id: sick-${index}, url: "http://127.0.0.1:${port}/"}`;
      });
      writeFileSync(
        place.config,
        configText(...ports, 'delivery: {timeout: 1s}').replace(
          '  "150":\n    events:\n',
          `  "150":\n    events:\n${rules.join('\n')}\n`,
        ),
      );
      bridge.signal('SIGHUP');
      await until('the reload', () => bridge.log.includes('configuration reloaded'));
      pbx.busy(50);
      await pause(6000);
      pbx.hold();
      const verdict = await end(pbx, receiver, bridge);
      const lines = bridge.log.split('\n').flatMap((line) => {
        try {
          return [JSON.parse(line)];
        } catch {
          return [];
        }
      });
      const attempts = lines.filter((line) => String(line.eventId).startsWith('sick-'));
      const slowest = Math.max(0, ...attempts.map((line) => Number(line.durationMs ?? 0)));
      const healthy = lines
        .filter((line) => line.outcome === 'delivered' && !String(line.eventId).startsWith('sick-'))
        .map((line) => Number(line.durationMs))
        .sort((a, b) => a - b);
      const p99 = healthy[Math.floor(healthy.length * 0.99)] ?? 0;
      const result = resultOf(verdict, {
        'attempts at sick ones': attempts.length,
        'slowest ms': slowest,
        'healthy p99 ms': p99,
      });
      if (attempts.length < sick.length) result.wrong.push(`only ${attempts.length} attempts`);
      if (slowest > 1500) result.wrong.push(`an attempt took ${slowest} ms`);
      if (p99 > 500) result.wrong.push(`healthy endpoints took ${p99} ms`);
      return result;
    });
  } finally {
    for (const server of servers) server.close();
  }
}

function drip(socket: Socket, text: string, first = ''): void {
  socket.write(first);
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(text[at++ % text.length] ?? ' ');
  }, 200);
  socket.on('close', () => clearInterval(timer));
}

function flood(socket: Socket): void {
  socket.write('HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', pour);
  pour();
}
