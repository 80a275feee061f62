import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { until } from './service-process.ts';
import { end, type Parts, pause, type Result, resultOf, withService } from './with-service.ts';
import { configText } from './workplace.ts';

const RUN_MS = 8000;
/** Less than the deadline of an attempt, which is 10 s: an answer counts when its status line is there. */
const LATE_MS = 5000;

const OK = 'HTTP/1.1 200 OK\r\n';

/** Receivers that do their work, and then answer in an odd way. @param nth request on this connection */
const ODD: [name: string, behave: (socket: Socket, nth: number) => void][] = [
  ['a header that ends with LF alone', (socket) => socket.end(`${OK}Server: x\nContent-Length: 2\r\n\r\nok`)],
  ['a blank in the name of a header', (socket) => socket.end(`${OK}X Bad Header: 1\r\nContent-Length: 2\r\n\r\nok`)],
  [
    'two lengths',
    (socket) => socket.end(`${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
  ],
  ['20 kB of cookies', (socket) => socket.end(`${OK}Set-Cookie: ${'a'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\nok`)],
  ['a body that never ends', (socket) => socket.write(`${OK}Content-Length: 100\r\n\r\nok`)],
  ['headers that never end', (socket) => socket.write(`${OK}Server: x\r\n`)],
  [
    'a kept connection that is closed when it is used again',
    (socket, nth) => {
      if (nth > 1) socket.destroy();
      else socket.write(`${OK}Content-Length: 2\r\n\r\nok`);
    },
  ],
];

/**
 * Receivers that have done their work and answer in an odd way: each request counts as delivered, at the first attempt.
 */
export async function oddAnswers(random: () => number): Promise<Result> {
  const servers = await Promise.all(ODD.map(([, behave]) => listening(behave)));
  try {
    return await withService(random, async (parts) => {
      writeFileSync(parts.place.config, withOdd(parts.ports, servers));
      parts.service.signal('SIGHUP');
      await until('the reload', () => parts.service.log.includes('configuration reloaded'));
      parts.pbx.busy(20);
      await pause(RUN_MS);
      parts.pbx.makeNoMoreCalls();
      const verdict = await end(parts);
      const found = attemptsOf(parts);
      const result = resultOf(verdict, 0, {
        'odd answers': found.reduce((sum, { attempts }) => sum + attempts, 0),
        'not delivered at once': found.reduce((sum, { failed }) => sum + failed, 0),
        'slowest ms': Math.max(...found.map(({ slowest }) => slowest)),
      });
      for (const [index, [name]] of ODD.entries()) {
        const one = found.find(({ rule }) => rule === `odd-${index}`);
        if (one === undefined) result.wrong.push(`"${name}" was not tried`);
        else if (one.failed > 0) result.wrong.push(`"${name}": ${one.failed} of ${one.attempts} failed`);
        else if (one.slowest > LATE_MS) result.late.push(`"${name}": the slowest took ${one.slowest} ms`);
      }
      return result;
    });
  } finally {
    for (const server of servers) server.close();
  }
}

async function listening(behave: (socket: Socket, nth: number) => void): Promise<Server> {
  const server = createServer((socket) => {
    let nth = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => behave(socket, ++nth));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/**
 * Every extension sends its Dial-Ins to one of the odd ones, too: an Event ID for each extension, which names the
 * oddity.
 */
function withOdd(ports: [number, number], servers: readonly Server[]): string {
  return configText(...ports).replaceAll(/ {2}"1(\d\d)":\n {4}events:\n/g, (entry, number) => {
    const index = Number(number) % servers.length;
    const address = servers[index]?.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `${entry}      - {on: dial-in, id: odd-${index}-${number}, url: "http://127.0.0.1:${port}/"}\n`;
  });
}

function attemptsOf({ outbox }: Parts): { rule: string; attempts: number; failed: number; slowest: number }[] {
  const database = new DatabaseSync(outbox, { readOnly: true });
  try {
    return database
      .prepare(
        `SELECT substr(d.event_id, 1, 5) AS rule, count(*) AS attempts, sum(a.outcome <> 'delivered') AS failed,
          max(a.duration_ms) AS slowest
        FROM deliveries d JOIN attempts a ON a.delivery = d.seq WHERE d.event_id LIKE 'odd-%' GROUP BY rule`,
      )
      .all()
      .map(({ rule, attempts, failed, slowest }) => ({
        rule: String(rule),
        attempts: Number(attempts),
        failed: Number(failed),
        slowest: Number(slowest),
      }));
  } finally {
    database.close();
  }
}
