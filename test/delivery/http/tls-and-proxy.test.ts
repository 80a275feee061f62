import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AddressGuard, type Resolve } from '../../../src/delivery/http/address-guard.ts';
import type { ReceiverTls } from '../../../src/delivery/http/agents.ts';
import { ConnectProxy } from '../../helpers/connect-proxy.ts';
import { AUTHORITY, HOUSE_CERTIFICATE, HOUSE_KEY, OLD_CERTIFICATE } from '../../helpers/house-authority.ts';
import { Peers } from '../../helpers/peers.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../../helpers/tls-certificate.ts';

const peers = new Peers();
const proxies: ConnectProxy[] = [];
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.close();
  peers.close();
});

const portOf = async (server: Server) => Number(new URL(await peers.listening(server)).port);

/** A receiver with TLS. @returns its port, and how many connections it has had */
async function secure(cert = HOUSE_CERTIFICATE, key = HOUSE_KEY) {
  const receiver = { port: 0, connections: 0 };
  const server = createHttpsServer({ cert, key }, (_, response) => response.end('ok'));
  server.on('secureConnection', () => receiver.connections++).on('tlsClientError', () => undefined);
  receiver.port = await portOf(server);
  return receiver;
}

const toLoopback: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
const guard = (resolve = toLoopback) => new AddressGuard({ allow: [], deny: [] }, resolve);
const request = (url: string, tls?: ReceiverTls, timeoutMs = 5000) => ({
  method: 'GET' as const,
  url,
  headers: {},
  body: undefined,
  timeoutMs,
  tls,
});

describe('a certificate', () => {
  const send = async (url: string, tls?: ReceiverTls) => peers.sender(guard()).send(request(url, tls));

  it('is taken when the authority that has signed it is named, for the name that is in it', async () => {
    const { port } = await secure();
    expect(await send(`https://crm.house.test:${port}/`, { ca: AUTHORITY })).toMatchObject({ status: 200 });
    expect(await send(`https://crm.example.com:${port}/`, { ca: AUTHORITY })).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: expect.stringContaining('the certificate of the receiver is for another name'),
    });
  });

  it('that is signed by itself can be its own authority', async () => {
    const { port } = await secure(CERTIFICATE, PRIVATE_KEY);
    expect(await send(`https://127.0.0.1:${port}/`)).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: expect.stringContaining('signed by itself; name it with tls.ca'),
    });
    expect(await send(`https://127.0.0.1:${port}/`, { ca: CERTIFICATE })).toMatchObject({ status: 200 });
  });

  it.each([
    ['of an authority that is not named', HOUSE_CERTIFICATE, undefined, 'its authority is not known here'],
    ['that has expired', OLD_CERTIFICATE, { ca: AUTHORITY }, 'has expired'],
  ])('%s is refused, in words', async (_, cert, tls, said) => {
    const { port } = await secure(cert);
    expect(await send(`https://crm.house.test:${port}/`, tls)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining(said),
    });
  });

  it('is not looked at by a rule that says so, and by no other', async () => {
    const { port } = await secure(OLD_CERTIFICATE);
    const one = peers.sender(guard());
    const url = `https://crm.house.test:${port}/`;
    expect(await one.send(request(url, { rejectUnauthorized: false }))).toMatchObject({ status: 200 });
    // The connection of the first one is still open.
    expect(await one.send(request(url))).toMatchObject({ kind: 'error' });
  });
});

describe('a proxy', () => {
  async function behind(
    receiver: number,
    { user = '', no = [] as string[], connectTimeoutMs = 3000, resolve = toLoopback } = {},
  ) {
    const proxy = new ConnectProxy(receiver);
    proxies.push(proxy);
    const port = await portOf(proxy.server);
    return {
      proxy,
      port,
      sender: peers.sender(guard(resolve), connectTimeoutMs, { url: `http://${user}127.0.0.1:${port}`, no }),
    };
  }

  it('opens a tunnel to a receiver with TLS, which is kept; names are not looked up here', async () => {
    const receiver = await secure();
    const { proxy, sender } = await behind(receiver.port, {
      user: 'me:a%40b@',
      resolve: () => Promise.reject(new Error('nobody is asked')),
    });
    for (let time = 0; time < 3; time++)
      expect(await sender.send(request('https://crm.house.test/', { ca: AUTHORITY }))).toMatchObject({
        status: 200,
        answer: 'ok',
      });
    expect(proxy.asked).toEqual(['CONNECT crm.house.test:443']);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:a@b').toString('base64')}`]);
    expect(receiver.connections).toBe(1);
    expect(await sender.send(request('https://crm.example.com/', { ca: AUTHORITY }))).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('is given the whole URL of one without', async () => {
    const seen: (string | undefined)[] = [];
    const port = await portOf(
      createHttpServer((incoming, response) => {
        seen.push(incoming.headers.host, incoming.url, incoming.headers.authorization);
        response.end('ok');
      }),
    );
    const { proxy, sender } = await behind(port, { user: 'me:secret@' });
    expect(await sender.send(request('http://ann:x@crm.example.com:8080/a?b=c'))).toMatchObject({
      status: 200,
      answer: 'ok',
    });
    expect(proxy.asked).toEqual(['GET http://crm.example.com:8080/a?b=c']);
    expect(seen).toEqual(['crm.example.com:8080', '/a?b=c', `Basic ${Buffer.from('ann:x').toString('base64')}`]);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('is passed by for this machine, private networks, names without a dot, and what is named', async () => {
    const port = await portOf(createHttpServer((_, response) => response.end('direct')));
    const { proxy, sender } = await behind(1, { no: ['example.com', '203.0.113.0/24'] });
    for (const host of ['127.0.0.1', 'localhost', 'crm', 'example.com', 'crm.example.com'])
      expect(await sender.send(request(`http://${host}:${port}/`))).toMatchObject({ answer: 'direct' });
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    [407, 'PROXY_LOGIN', 'wants a user and a password (407)'],
    [403, 'PROXY_REFUSED', 'does not connect to crm.house.test:443 (403 No)'],
  ])('that refuses with %i is named, and the receiver is not blamed', async (status, code, said) => {
    const { proxy, sender } = await behind(1);
    proxy.refusesWith = status;
    expect(await sender.send(request('https://crm.house.test/'))).toMatchObject({
      code,
      message: expect.stringContaining(said),
    });
  });

  it('that wants a password for http is named, too', async () => {
    const { proxy, sender } = await behind(1);
    proxy.refusesWith = 407;
    expect(await sender.send(request('http://crm.example.com/'))).toMatchObject({ code: 'PROXY_LOGIN' });
  });

  it.each(['http', 'https'])('that is not there is named, for %s', async (scheme) => {
    const server = createServer();
    const port = await portOf(server);
    server.close();
    const sender = peers.sender(guard(), 3000, { url: `http://127.0.0.1:${port}`, no: [] });
    expect(await sender.send(request(`${scheme}://crm.example.com/`))).toMatchObject({
      code: 'PROXY_UNREACHABLE',
      message: expect.stringContaining(`the proxy 127.0.0.1:${port} cannot be reached`),
    });
  });

  it('that hangs is waited for no longer than for any connection', async () => {
    const { proxy, sender } = await behind(1, { connectTimeoutMs: 100 });
    proxy.hangs = true;
    expect(await sender.send(request('https://crm.house.test/'))).toMatchObject({ code: 'CONNECT_DEADLINE' });
    const patient = await behind(1);
    patient.proxy.hangs = true;
    expect(await patient.sender.send(request('https://crm.house.test/', undefined, 100))).toMatchObject({
      code: 'DEADLINE',
    });
  });

  it('does not get past what requests may not go to', async () => {
    const { proxy, sender } = await behind(1);
    expect(await sender.send(request('http://169.254.169.254/'))).toMatchObject({ code: 'REFUSED_ADDRESS' });
    expect(proxy.asked).toEqual([]);
  });

  it('passes on what counts from its status line', async () => {
    const port = Number(
      new URL(await peers.sick((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok'))).port,
    );
    const { sender } = await behind(port);
    expect(await sender.send(request('http://crm.example.com/'))).toMatchObject({ status: 200, answer: 'ok' });
  });
});
