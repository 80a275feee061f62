import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AddressGuard, type Resolve } from '../../../src/delivery/http/address-guard.ts';
import type { SendRequest } from '../../../src/delivery/http/sender.ts';
import { Peers } from '../../helpers/peers.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../../helpers/tls-certificate.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

const peers = new Peers();
afterEach(() => peers.close());

const guard = (resolve?: Resolve) => new AddressGuard({ allow: [], deny: [] }, resolve);

const request = (more: Partial<SendRequest> & { url: string }): SendRequest => ({
  method: 'GET',
  headers: {},
  body: undefined,
  timeoutMs: 2000,
  ...more,
});

/** Sends one request to a peer that answers it, and returns its bytes as they came. */
async function onTheWire(more: Partial<SendRequest>, urlOf = (peer: string) => peer): Promise<string> {
  let bytes = '';
  const peer = await peers.sick((socket, asked) => {
    bytes += asked;
    socket.write(OK);
  });
  expect(await peers.sender(guard()).send(request({ ...more, url: urlOf(peer) }))).toMatchObject({ status: 200 });
  return bytes.replaceAll(new URL(peer).host, 'PEER');
}

describe('on the wire', () => {
  it('a GET has no body, and its headers in their order', async () => {
    expect(await onTheWire({ headers: { 'X-Event-ID': 'E', 'webhook-id': 'w', Authorization: 'Bearer t' } })).toBe(
      [
        'GET / HTTP/1.1',
        'Accept: */*',
        'User-Agent: asterisk-call-events',
        'Accept-Encoding: identity',
        'X-Event-ID: E',
        'webhook-id: w',
        'Authorization: Bearer t',
        'Host: PEER',
        'Connection: keep-alive',
        '\r\n',
      ].join('\r\n'),
    );
  });

  it('a POST has the length of its body in bytes', async () => {
    const headers = { 'Content-Type': 'application/json', 'X-Event-ID': 'E' };
    expect(await onTheWire({ method: 'POST', headers, body: '{"a":"é"}' })).toBe(
      [
        'POST / HTTP/1.1',
        'Accept: */*',
        'Content-Type: application/json',
        'User-Agent: asterisk-call-events',
        'Accept-Encoding: identity',
        'X-Event-ID: E',
        'Content-Length: 10',
        'Host: PEER',
        'Connection: keep-alive',
        '',
        // The bytes of é, each as one character.
        '{"a":"Ã©"}',
      ].join('\r\n'),
    );
  });

  it("a rule's own header takes the place of ours, however it is written", async () => {
    const bytes = await onTheWire({ headers: { 'user-agent': 'mine', host: 'crm.example.com' } });
    expect(bytes.match(/^(user-agent|host): .*/gim)).toEqual(['User-Agent: mine', 'host: crm.example.com']);
  });

  it.each([
    ['', '/'],
    ['?x=1', '/?x=1'],
    ["a'b?q=it's", "/a'b?q=it%27s"],
    ['é?é=ü', '/%C3%A9?%C3%A9=%C3%BC'],
    ['%zz?%', '/%zz?%'],
    ['../a/./b/../c//d', '/a/c//d'],
    ['a?', '/a'],
    ['[x]?[y]=\\z', '/[x]?[y]=\\z'],
  ])('"%s" asks for %s', async (path, asked) => {
    const bytes = await onTheWire({}, (peer) => `${peer.replace(/\/$/, path.startsWith('?') ? '' : '/')}${path}`);
    expect(bytes.split('\r\n')[0]).toBe(`GET ${asked} HTTP/1.1`);
  });

  it("a URL's user and password go as Basic, before a header of the rule", async () => {
    const headers = { authorization: 'Bearer t' };
    const bytes = await onTheWire({ headers }, (peer) => peer.replace('//', '//user:p%40ss@'));
    const basic = Buffer.from('user:p@ss').toString('base64');
    expect(bytes.match(/^authorization: .*/gim)).toEqual([`Authorization: Basic ${basic}`]);
  });

  it('goes straight to the receiver, whatever proxy the environment names', async () => {
    process.env.http_proxy = 'http://127.0.0.1:1';
    try {
      expect(await onTheWire({})).toMatch(/^GET \/ /);
    } finally {
      delete process.env.http_proxy;
    }
  });
});

describe('an answer', () => {
  const answered = async (behave: Parameters<Peers['sick']>[0], timeoutMs = 2000) =>
    peers.sender(guard()).send(request({ url: await peers.sick(behave), timeoutMs }));

  it.each(['100 Continue', '102 Processing', '103 Early Hints'])('comes after a %s', async (first) => {
    expect(await answered((socket) => socket.write(`HTTP/1.1 ${first}\r\n\r\n${OK}`))).toMatchObject({
      kind: 'answer',
      status: 200,
      answer: 'hi',
    });
  });

  it('stands once its status is there, though the connection is cut, or what follows is no HTTP', async () => {
    const cut = await answered((socket) => {
      socket.write('HTTP/1.1 202 OK\r\nContent-Length: 1000\r\n\r\nshort', () => socket.resetAndDestroy());
    });
    expect(cut).toMatchObject({ kind: 'answer', status: 202 });
    const garbled = await answered((socket) =>
      socket.write('HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nno number\r\n'),
    );
    expect(garbled).toMatchObject({ kind: 'answer', status: 202, answer: 'hi' });
  });

  it('to switch protocols is none', async () => {
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await answered((socket) => socket.write(switching), 300)).toMatchObject({ code: 'DEADLINE' });
  });

  it('that names when to come again, or another place, is reported with both', async () => {
    const busy =
      'HTTP/1.1 503 No\r\nRetry-After: 5\r\nRetry-After: 9\r\nLocation:  /else \r\nContent-Length: 0\r\n\r\n';
    expect(await answered((socket) => socket.write(busy))).toMatchObject({
      kind: 'answer',
      status: 503,
      retryAfter: '5',
      location: '/else',
      answer: '',
    });
  });
});

describe('a connection', () => {
  it('that the receiver closes while it is asked again costs nothing: a new one is tried at once', async () => {
    const asked: string[] = [];
    const url = await peers.sick((socket, bytes) => {
      const path = bytes.split(' ')[1] ?? '';
      // As a receiver does whose keep-alive time is over just then.
      if (asked.at(-1) === '/first') socket.destroy();
      else socket.write(OK);
      asked.push(path);
    });
    const one = peers.sender(guard());
    const post = (path: string) => one.send(request({ method: 'POST', url: url + path, body: 'x' }));
    expect(await post('first')).toMatchObject({ status: 200 });
    expect(await post('second')).toMatchObject({ status: 200 });
    expect(asked).toEqual(['/first', '/second', '/second']);
  });

  it('that is closed once more, or after a byte of the answer, fails the attempt', async () => {
    const asked: string[] = [];
    const url = await peers.sick((socket, bytes) => {
      const path = bytes.split(' ')[1] ?? '';
      asked.push(path);
      if (path === '/never') socket.destroy();
      else if (path === '/begun') socket.end('H');
      else socket.write(OK);
    });
    const one = peers.sender(guard());
    const cut = { kind: 'error', code: 'ECONNRESET', message: 'the receiver cut the connection (socket hang up)' };
    const get = (path: string) => one.send(request({ url: url + path }));
    expect(await get('fine')).toMatchObject({ status: 200 });
    expect(await get('never')).toEqual(cut);
    expect(await get('fine')).toMatchObject({ status: 200 });
    expect(await get('begun')).toMatchObject({ kind: 'error' });
    expect(asked).toEqual(['/fine', '/never', '/never', '/fine', '/begun']);
  });

  it('that an answer without end was read from is not used again', async () => {
    const ports = new Set<number | undefined>();
    const url = await peers.sick((socket) => {
      ports.add(socket.remotePort);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n${'x'.repeat(5000)}`);
    });
    const one = peers.sender(guard());
    await one.send(request({ url }));
    await one.send(request({ url }));
    expect(ports.size).toBe(2);
  });

  it('that does not come about in time, while a name is looked up, ends the attempt', async () => {
    const hanging = peers.sender(
      guard(() => new Promise(() => undefined)),
      100,
    );
    expect(await hanging.send(request({ url: 'http://crm.example.com/' }))).toEqual({
      kind: 'error',
      code: 'CONNECT_DEADLINE',
      message: 'no connection within 100 ms',
    });
  });

  it('ends with the sender, and so does what is on its way', async () => {
    const one = peers.sender(guard());
    const url = await peers.sick(() => one.close());
    expect(await one.send(request({ url }))).toMatchObject({ kind: 'error', code: 'ECONNRESET' });
  });

  it('is tried at each address of a name, and the error names each', async () => {
    const url = await peers.listening(createTlsServer());
    peers.close();
    const both = [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ];
    const one = peers.sender(guard(async () => both));
    const { port } = new URL(url);
    expect(await one.send(request({ url: url.replace('127.0.0.1', 'crm.example.com') }))).toEqual({
      kind: 'error',
      code: 'ECONNREFUSED',
      message: `nothing listens there (connect ECONNREFUSED 127.0.0.1:${port}; connect ECONNREFUSED 127.0.0.2:${port})`,
    });
  });

  it('to a receiver that signs for itself is refused, and the reason says what to do', async () => {
    const server = createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }).on('tlsClientError', () => undefined);
    const url = (await peers.listening(server)).replace('http:', 'https:');
    expect(await peers.sender(guard()).send(request({ url }))).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: expect.stringContaining('name it with tls.ca'),
    });
  });
});

describe('a request that cannot be made', () => {
  it.each([
    ['no URL', { url: 'nonsense' }, 'ERR_INVALID_URL'],
    ['another protocol', { url: 'ftp://127.0.0.1/' }, 'ERR_INVALID_PROTOCOL'],
    [
      'a header that stands for a trailer',
      { url: 'http://127.0.0.1:1/', headers: { Trailer: 'X' } },
      'ERR_HTTP_TRAILER_INVALID',
    ],
  ])('%s: an error and nothing else', async (_, more, code) => {
    expect(await peers.sender(guard()).send(request(more))).toMatchObject({ kind: 'error', code });
  });
});
