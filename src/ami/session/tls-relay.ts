import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, isIP, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { AmiError } from '../errors.ts';
import { describeTlsError } from './connect-errors.ts';
import type { CompleteAmiSettings } from './settings.ts';

/**
 * AMI over TLS. asterisk-manager makes its own connection and knows no TLS; so it connects to a Unix socket in a
 * directory that only we may enter, and its bytes go through a TLS connection of ours.
 *
 * @param onError called with the reason when the TLS connection ended with an error; perhaps more than once
 * @returns the path to connect to, once; the relay is gone when that connection or `signal` ends
 * @throws {AmiError} AMI_CONNECT_FAILED when TLS cannot be agreed on; the system's error when there can be no socket
 */
export async function openTlsRelay(
  settings: CompleteAmiSettings,
  signal: AbortSignal,
  onError: (error: Error) => void,
): Promise<string> {
  const { host, port, tls } = settings;
  // A name goes to the server (SNI); an address may not.
  const named = isIP(host) === 0 ? { servername: host } : {};
  const outside = await secureSocket({ host, port, ...named, ...tls }, signal, onError);
  let directory: string | undefined;
  const removeDirectory = () => {
    // One that cannot be removed is empty, and in nobody's way.
    if (directory !== undefined) rm(directory, { recursive: true, force: true }).catch(() => undefined);
  };
  const server = createServer((inside) => {
    server.close();
    removeDirectory();
    pipeline(inside, outside, inside, (error) => {
      if (error) onError(error);
      outside.destroy();
      inside.destroy();
    });
  });
  const tidy = () => {
    server.close();
    outside.destroy();
    removeDirectory();
  };
  signal.addEventListener('abort', tidy, { once: true });
  try {
    directory = await mkdtemp(join(tmpdir(), 'call-events-'));
    // Aborted meanwhile, the server was closed before it could listen.
    signal.throwIfAborted();
    const path = join(directory, 'ami');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return path;
  } catch (error) {
    tidy();
    throw error;
  }
}

/** @param onError called with an error after the handshake: there may be one before anything else listens for it */
function secureSocket(
  options: ConnectionOptions,
  signal: AbortSignal,
  onError: (error: Error) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(options);
    const fail = (cause: unknown) => {
      socket.destroy();
      const reason = describeTlsError(cause as Error);
      reject(new AmiError('AMI_CONNECT_FAILED', `no TLS with ${options.host}:${options.port}: ${reason}`, cause));
    };
    const abort = () => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      socket.on('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
