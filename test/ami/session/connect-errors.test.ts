import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ReconnectingSession } from '../../../src/ami/session/reconnecting-session.ts';
import type { AmiSettings } from '../../../src/ami/session/settings.ts';
import { Arrivals } from '../../helpers/arrivals.ts';
import { startFakeAsterisk } from '../../helpers/fake-asterisk.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../../helpers/tls-certificate.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A server that is not Asterisk, and what it does with each connection. */
async function otherServer(welcome: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    welcome(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The first trouble that a session has with what listens there. */
async function trouble(settings: Partial<AmiSettings> & { port: number }): Promise<string> {
  const messages = new Arrivals<string>();
  const write = (_about: object, message: string) => messages.add(message);
  const session = new ReconnectingSession({
    settings: { host: '127.0.0.1', username: 'u', secret: 's', eventMask: 'call', ...settings },
    onEvent: () => undefined,
    log: { debug: () => undefined, info: write, warn: write, error: write },
  });
  session.start();
  stops.push(() => session.stop());
  const [first = ''] = await messages.count(1);
  return first.replaceAll(`:${settings.port}`, ':PORT');
}

describe('the message about a connection that does not come about', () => {
  it('is that nothing listens there', async () => {
    expect(await trouble({ port: 1 })).toBe(
      'AMI: connection to 127.0.0.1:PORT: nothing listens there (ECONNREFUSED). Does Asterisk run, with enabled = yes and this port in manager.conf?',
    );
  });

  it('is that a name does not resolve', async () => {
    expect(await trouble({ port: 5038, host: 'pbx.invalid' })).toMatch(
      /^AMI: connection to pbx.invalid:PORT: the host name (does not resolve|cannot be looked up now) \(\w+\)$/,
    );
  });

  it('is what a web server says', async () => {
    const port = await otherServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect(await trouble({ port })).toBe(
      'AMI: 127.0.0.1:PORT closed the connection: this is not AMI: it says "HTTP/1.1 400 Bad Request"',
    );
  });

  it('is that it hangs up in silence', async () => {
    const port = await otherServer((socket) => socket.end());
    expect(await trouble({ port })).toBe(
      'AMI: 127.0.0.1:PORT closed the connection: it sent nothing; AMI sends a banner; AMI over TLS needs tls: true',
    );
  });

  it('is that it says nothing', async () => {
    const port = await otherServer(() => undefined);
    expect(await trouble({ port, answerTimeout: 50 })).toBe(
      'AMI: no answer to the login within 50 ms: it sent nothing; AMI sends a banner; AMI over TLS needs tls: true',
    );
  });

  it('is that TLS is spoken there, and not here', async () => {
    const asterisk = await startFakeAsterisk({ tls: { key: PRIVATE_KEY, cert: CERTIFICATE } });
    stops.push(() => asterisk.stop());
    expect(await trouble({ port: asterisk.port })).toMatch(
      /^AMI: 127.0.0.1:PORT closed the connection: .*; AMI over TLS needs tls: true$/,
    );
  });

  it('is that no TLS is spoken there', async () => {
    const asterisk = await startFakeAsterisk();
    stops.push(() => asterisk.stop());
    expect(await trouble({ port: asterisk.port, tls: {} })).toBe(
      'AMI: no TLS with 127.0.0.1:PORT: the server does not speak TLS. For plain AMI set tls: false; AMI over TLS has its own port, tlsbindaddr in manager.conf',
    );
  });

  it('is that the certificate is not trusted', async () => {
    const asterisk = await startFakeAsterisk({ tls: { key: PRIVATE_KEY, cert: CERTIFICATE } });
    stops.push(() => asterisk.stop());
    expect(await trouble({ port: asterisk.port, tls: {} })).toBe(
      "AMI: no TLS with 127.0.0.1:PORT: its certificate is not signed by a trusted authority. Give that authority's certificate, or this one, as tls: { ca: /path/to.pem }",
    );
  });
});
