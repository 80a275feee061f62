import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AddressGuard } from '../../../src/delivery/http/address-guard.ts';
import { Peers } from '../../helpers/peers.ts';

const peers = new Peers();
afterEach(() => peers.close());

const listening = (server: Server) => peers.listening(server);

/** What a peer does once it has been asked, and only once. */
const sick = (behave: (socket: Socket) => void) => {
  const asked = new Set<Socket>();
  return peers.sick((socket) => {
    if (asked.has(socket)) return;
    asked.add(socket);
    behave(socket);
  });
};

const sender = () => peers.sender(new AddressGuard({ allow: [], deny: [] }));

const get = (url: string, timeoutMs = 300) =>
  sender().send({ method: 'GET', url, headers: {}, body: undefined, timeoutMs });

describe('a sick endpoint', () => {
  it.each([
    ['hangs', () => undefined],
    [
      'drips its header',
      (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'),
    ],
  ])('%s: the attempt ends at its deadline', async (_, behave) => {
    expect(await get(await sick(behave))).toMatchObject({ kind: 'error', code: 'DEADLINE' });
  });

  it.each([
    [
      'drips its body',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        drip(socket, 'x');
      },
    ],
    ['says a wrong length', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort')],
    ['sends without end', (socket: Socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n')],
    [
      'sends a bomb',
      (socket: Socket) => {
        const bomb = gzipSync(Buffer.alloc(10_000_000));
        socket.end(
          Buffer.concat([
            Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`),
            bomb,
          ]),
        );
      },
    ],
  ])('%s after it has said 200: delivered, and little of it is kept', async (_, behave) => {
    const result = await get(await sick(behave));
    expect(result).toMatchObject({ kind: 'answer', status: 200 });
    if (result.kind === 'answer') expect(Buffer.byteLength(result.answer)).toBeLessThanOrEqual(3 * 4096);
  });

  it.each([
    ['resets', (socket: Socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['speaks something else', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n'), 'HPE_'],
  ])('%s: an error that says so', async (_, behave, code) => {
    const result = await get(await sick(behave));
    expect(result.kind).toBe('error');
    if (result.kind === 'error') expect(result.code).toContain(code);
  });

  it('is not there', async () => {
    const server = createServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await get(url)).toMatchObject({
      kind: 'error',
      code: 'ECONNREFUSED',
      message: expect.stringContaining('nothing listens there'),
    });
  });

  it('has no TLS where it should', async () => {
    const url = await sick((socket) => socket.end('HTTP/1.1 400 No\r\n\r\n'));
    expect((await get(url.replace('http:', 'https:'))).kind).toBe('error');
  });
});

describe('an answer counts from its status line', () => {
  const SLOPPY: [string, string][] = [
    ['a header that ends with LF alone', 'Server: x\nContent-Length: 2\r\n\r\nok'],
    ['a blank in the name of a header', 'X Bad Header: 1\r\nContent-Length: 2\r\n\r\nok'],
    ['two lengths', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['two lengths that differ', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
    ['20 kB of cookies', `Set-Cookie: ${'a'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ['100 kB of cookies', `Set-Cookie: ${'a'.repeat(100_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ['an end after it', ''],
  ];

  it.each(SLOPPY)('with %s', async (_, rest) => {
    const url = await sick((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
    expect(await get(url, 10_000)).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('also when it comes in pieces', async () => {
    const url = await sick(async (socket) => {
      socket.setNoDelay(true);
      for (const piece of ['HTTP/1.', '1 200 O', 'K\r\nX Bad', ' Header: 1\r\n\r\nok']) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect(await get(url, 10_000)).toMatchObject({ kind: 'answer', status: 200 });
  });

  it.each([
    ['headers that never end', 'X: y\r\n'],
    ['a body that never comes', 'Content-Length: 1000\r\n\r\n'],
    ['a body that never ends', 'Content-Length: 1000\r\n\r\nbegin'],
  ])('with %s: at once, and not at the deadline', async (_, rest) => {
    const url = await sick((socket) => socket.write(`HTTP/1.1 200 OK\r\n${rest}`));
    // A deadline that a test would not live to see.
    expect(await get(url, 3_600_000)).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('and what comes when it counts already is read, so that the receiver is not cut off', async () => {
    const { promise: received, resolve } = Promise.withResolvers<string>();
    const ports = new Set<number | undefined>();
    const url = await peers.sick((socket) => {
      ports.add(socket.remotePort);
      if (ports.size > 1) return;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegin');
      socket.once('close', () => resolve('cut off'));
      void answered.then(() => socket.write(' end.', () => setImmediate(() => resolve('read'))));
    });
    const one = sender();
    const request = { method: 'GET' as const, url, headers: {}, body: undefined, timeoutMs: 3_600_000 };
    const answered = one.send(request);
    expect(await answered).toMatchObject({ kind: 'answer', status: 200, answer: 'begin' });
    expect(await received).toBe('read');
  });

  it('as an error does, with what its sloppy headers say', async () => {
    const url = await sick((socket) => socket.end('HTTP/1.1 503 No\r\nX Bad: 1\r\nRetry-After: 7\r\n\r\nbusy'));
    expect(await get(url)).toMatchObject({ kind: 'answer', status: 503, retryAfter: '7', answer: 'busy' });
  });

  it('but informational answers without end are none', async () => {
    const url = await sick((socket) => flood(socket, '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'));
    expect(await get(url, 3_600_000)).toMatchObject({ kind: 'error', code: 'ENDLESS_INTERIM' });
  });
});

describe('a request', () => {
  it('arrives as it was made, on a connection that is kept', async () => {
    const seen: {
      method: string | undefined;
      url: string | undefined;
      body: string;
      event: unknown;
      port: number | undefined;
    }[] = [];
    const url = await listening(
      createHttpServer((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        request.on('end', () => {
          seen.push({
            method: request.method,
            url: request.url,
            body,
            event: request.headers['x-event-id'],
            port: request.socket.remotePort,
          });
          response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('moved');
        });
      }),
    );
    const one = sender();
    const request = {
      method: 'POST' as const,
      url: `${url}x?a=%20`,
      headers: { 'X-Event-ID': 'E', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'n=%2B1&e=',
      timeoutMs: 2000,
    };
    expect(await one.send(request)).toMatchObject({
      kind: 'answer',
      status: 302,
      location: 'http://127.0.0.1:1/',
      answer: 'moved',
    });
    await one.send(request);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/x?a=%20', body: 'n=%2B1&e=', event: 'E' });
    expect(seen[1]?.port).toBe(seen[0]?.port);
  });

  it('does not go where a name leads that it may not, and goes nowhere but to what was checked', async () => {
    let connections = 0;
    const url = await listening(
      createHttpServer((_, response) => response.end('here')).on('connection', () => connections++),
    );
    const named = url.replace('127.0.0.1', 'crm.example.com');
    /** A name server that gives another address each time that it is asked. */
    const resolving = (answers: string[]) => {
      const resolve = async () => [{ address: answers.shift() ?? '169.254.169.254', family: 4 }];
      const made = peers.sender(new AddressGuard({ allow: [], deny: [] }, resolve));
      return made.send({ method: 'GET', url: named, headers: {}, body: undefined, timeoutMs: 2000 });
    };
    expect(await resolving(['169.254.169.254'])).toMatchObject({ kind: 'error', code: 'REFUSED_ADDRESS' });
    expect(connections).toBe(0);
    expect(await resolving(['127.0.0.1'])).toMatchObject({ kind: 'answer', status: 200, answer: 'here' });
    expect(connections).toBe(1);
  });

  it('reads no more of an answer than is kept, though there is time', async () => {
    const url = await sick((socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n'));
    const result = await get(url, 3_600_000);
    expect(result).toMatchObject({ kind: 'answer', status: 200, answer: 'x'.repeat(4096) });
  });

  it('does not go where it may not', async () => {
    expect(await get('http://169.254.169.254/latest/meta-data/')).toMatchObject({
      kind: 'error',
      code: 'REFUSED_ADDRESS',
    });
  });
});

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(text[at++ % text.length] ?? '');
  }, 20);
  socket.on('close', () => clearInterval(timer));
}

function flood(socket: Socket, head: string, chunk = 'x'.repeat(65_536)): void {
  socket.write(head);
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', pour);
  pour();
}
