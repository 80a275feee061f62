import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { runInThisContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { completeSettings } from '../../../src/ami/session/settings.ts';
import { openTlsRelay } from '../../../src/ami/session/tls-relay.ts';
import { Arrivals } from '../../helpers/arrivals.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../../helpers/tls-certificate.ts';

/** Jest gives tests a copy of it; the temporary directory is taken from the real one. */
const { env } = runInThisContext('process') as NodeJS.Process;
const { TMPDIR } = env;
const temporary = temporaryDirectory();

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0).reverse()) stop();
  if (TMPDIR === undefined) delete env.TMPDIR;
  else env.TMPDIR = TMPDIR;
});

/** A TLS server, and the TCP connections that were made to it. */
async function tlsServer(options: TlsOptions = {}): Promise<{ port: number; connections: Arrivals<Socket> }> {
  const connections = new Arrivals<Socket>();
  const server = createServer({ key: PRIVATE_KEY, cert: CERTIFICATE, ...options });
  server.on('connection', (socket: Socket) => connections.add(socket.on('error', () => undefined)));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    for (const socket of connections.all) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections };
}

function relay(port: number) {
  const errors = new Arrivals<Error>();
  const abort = new AbortController();
  stops.push(() => abort.abort());
  const settings = completeSettings({
    host: '127.0.0.1',
    port,
    username: 'u',
    secret: 's',
    eventMask: 'call',
    tls: { ca: CERTIFICATE, servername: 'localhost' },
  });
  return { path: openTlsRelay(settings, abort.signal, (error) => errors.add(error)), errors };
}

describe('AMI over TLS', () => {
  it('that Asterisk resets after the handshake, before anything connects to the relay, has ended with an error', async () => {
    const { port, connections } = await tlsServer();
    const { path, errors } = relay(port);
    await path;
    connections.all[0]?.resetAndDestroy();
    expect(await errors.count(1)).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
  });

  it('that lacks a client certificate, which TLS 1.3 says only after the handshake, has ended with an error', async () => {
    const { port } = await tlsServer({ requestCert: true, minVersion: 'TLSv1.3' });
    const { path, errors } = relay(port);
    await path;
    expect(await errors.count(1)).toEqual([
      expect.objectContaining({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }),
    ]);
  });

  it('is closed where no temporary directory can be made', async () => {
    const { port, connections } = await tlsServer();
    env.TMPDIR = `${temporary.path}/none`;
    const { path } = relay(port);
    await expect(path).rejects.toMatchObject({ code: 'ENOENT' });
    const [connection] = await connections.count(1);
    if (connection?.closed === false) await once(connection, 'close');
  });
});
