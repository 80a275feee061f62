import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { CERTIFICATE, PRIVATE_KEY } from '../helpers/tls-certificate.ts';
import { until } from './service-process.ts';
import { end, logLines, type Parts, pause, type Result, resultOf, withService } from './with-service.ts';
import { configText } from './workplace.ts';

const DEADLINE_MS = 1000;
const BOMB = gzipSync(Buffer.alloc(100_000_000));

interface Sickness {
  name: string;
  scheme?: 'https';
  tls?: true;
  behave(socket: Socket): void;
}

const SICK: Sickness[] = [
  { name: 'hangs', behave: () => undefined },
  { name: 'drips its header', behave: (socket) => drip(socket, 'HTTP/1.1 500 No\r\nX: y\r\n') },
  { name: 'header without end', behave: (socket) => pour(socket, 'HTTP/1.1 500 No\r\n', `X: ${'y'.repeat(8000)}\r\n`) },
  { name: 'drips its body', behave: (socket) => drip(socket, 'x', 'HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n') },
  { name: 'resets', behave: (socket) => socket.resetAndDestroy() },
  { name: '500', behave: (socket) => socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n') },
  {
    name: '429',
    behave: (socket) => socket.end('HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n'),
  },
  {
    name: '301',
    behave: (socket) => socket.end('HTTP/1.1 301 No\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n'),
  },
  { name: 'TLS where none is spoken', behave: (socket) => socket.end('\u0016\u0003\u0001garbage') },
  { name: 'no TLS where it should be', scheme: 'https', behave: (socket) => socket.end('HTTP/1.1 400 No\r\n\r\n') },
  {
    name: 'TLS garbage',
    scheme: 'https',
    behave: (socket) => socket.end(Buffer.alloc(3000, '\u0016\u0003\u0003\u00ff')),
  },
  { name: 'a certificate of its own', scheme: 'https', tls: true, behave: () => undefined },
  { name: 'TLS that hangs', scheme: 'https', behave: () => undefined },
  { name: 'wrong length', behave: (socket) => socket.end('HTTP/1.1 503 No\r\nContent-Length: 9999\r\n\r\nshort') },
  {
    name: '1 GB',
    behave: (socket) => pour(socket, 'HTTP/1.1 500 No\r\nContent-Length: 1000000000\r\n\r\n', 'x'.repeat(65_536)),
  },
  {
    name: 'endless',
    behave: (socket) =>
      pour(socket, 'HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${'x'.repeat(0x10000)}\r\n`),
  },
  {
    name: 'gzip bomb',
    behave: (socket) => {
      socket.write(`HTTP/1.1 500 No\r\nContent-Encoding: gzip\r\nContent-Length: ${BOMB.length}\r\n\r\n`);
      socket.end(BOMB);
    },
  },
];

/**
 * Endpoints that misbehave: each attempt ends by its deadline, and a healthy target is as quick as it was without them.
 */
export async function sickEndpoints(random: () => number): Promise<Result> {
  const servers = await Promise.all(
    SICK.map(async ({ tls, behave }) => {
      const serve = (socket: Socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => behave(socket));
      };
      const server = tls ? createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, serve) : createServer(serve);
      if (tls) server.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  try {
    return await withService(
      random,
      async (parts) => {
        const { pbx, service, place, ports } = parts;
        pbx.busy(50);
        await pause(3000);
        const healthyUntil = service.log.length;
        const alone = p99Of(parts, 0, healthyUntil);
        writeFileSync(place.config, withSick(ports, servers));
        service.signal('SIGHUP');
        await until('the reload', () => service.log.includes('configuration reloaded'));
        // Which phones ring is luck: each of them has a sickness of its own.
        const all = () => SICK.every((_, index) => service.log.includes(`"eventId":"sick-${index}"`));
        await until('every sick one to be tried', all);
        pbx.makeNoMoreCalls();
        const verdict = await end(parts);
        const attempts = logLines(service).filter(({ eventId }) => String(eventId).startsWith('sick-'));
        const tried = new Set(attempts.map(({ eventId }) => eventId));
        const slowest = Math.max(0, ...attempts.map(({ durationMs }) => Number(durationMs)));
        const together = p99Of(parts, healthyUntil);
        const result = resultOf(verdict, 0, {
          'kinds of sickness': tried.size,
          'attempts at sick ones': attempts.length,
          'slowest ms': slowest,
          'healthy p99 ms without them': alone,
          'with them': together,
        });
        for (const [index, { name }] of SICK.entries())
          if (!tried.has(`sick-${index}`)) result.wrong.push(`"${name}" was not tried`);
        if (attempts.some(({ outcome }) => outcome === 'delivered')) result.wrong.push('a sick one was taken for well');
        if (slowest > DEADLINE_MS + 500) result.late.push(`an attempt took ${slowest} ms`);
        // The machine has more to do, and that is all.
        if (together > 2 * alone + 200)
          result.late.push(`healthy endpoints took ${together} ms, and ${alone} ms before`);
        return result;
      },
      { more: DELIVERY },
    );
  } finally {
    for (const server of servers) server.close();
  }
}

/** Short, so that what is never delivered is given up soon. */
const DELIVERY = `delivery: {timeout: ${DEADLINE_MS}ms, retry: {dial: {tries: [0s, 1s, 3s], expire: 8s}}}`;

/** Extensions 150 to 159 send to every sick one. */
function withSick(ports: [number, number], servers: ReturnType<typeof createServer>[]): string {
  const rules = servers.map((server, index) => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `${SICK[index]?.scheme ?? 'http'}://127.0.0.1:${port}/`;
    return (extension: string) => `      - {on: dial-in, id: sick-${index}, url: "${url}?${extension}"}`;
  });
  // An Event ID is unique: each sickness has an extension, in turn.
  return configText(...ports, DELIVERY).replaceAll(/ {2}"15(\d)":\n {4}events:\n/g, (entry, digit) => {
    const own = rules.filter((_, index) => index % 10 === Number(digit)).map((rule) => rule(`15${digit}`));
    return own.length === 0 ? entry : `${entry}${own.join('\n')}\n`;
  });
}

/** How long the healthy receiver's attempts took in a part of the log: 99 of 100 no longer. */
function p99Of({ service }: Parts, from: number, to?: number): number {
  const part = { log: service.log.slice(from, to) } as typeof service;
  const healthy = logLines(part)
    .filter(({ outcome, eventId }) => outcome === 'delivered' && !String(eventId).startsWith('sick-'))
    .map(({ durationMs }) => Number(durationMs))
    .sort((a, b) => a - b);
  return healthy[Math.floor(healthy.length * 0.99)] ?? 0;
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

function pour(socket: Socket, head: string, chunk: string): void {
  socket.write(head);
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
}
