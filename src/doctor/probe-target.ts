import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type { AddressGuard } from '../delivery/http/address-guard.ts';
import { type ReceiverTls, trustOf } from '../delivery/http/agents.ts';
import type { HttpProxy } from '../delivery/http/proxy.ts';
import { nodeErrorCode } from '../node-error-code.ts';

/** The result of a connection to a receiver. */
export type Probe =
  | { outcome: 'reached'; certificateEnds: number | undefined }
  | { outcome: 'failed'; code: string; message: string; certificateEnds: number | undefined };

/** How the service would connect. */
export interface ProbeOptions {
  guard: AddressGuard;
  timeoutMs: number;
  tls: ReceiverTls | undefined;
  proxy: HttpProxy | undefined;
}

/** Connects to a receiver as the service would, name lookup, proxy and TLS included, and sends it nothing. */
export async function probeTarget(url: URL, { guard, timeoutMs, tls, proxy }: ProbeOptions): Promise<Probe> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 443 : 80);
  let socket: Socket | undefined;
  try {
    guard.checkLiteral(url);
    const signal = AbortSignal.timeout(timeoutMs);
    const connectOptions =
      proxy?.isBypassedFor(url) === false
        ? { socket: await throughProxy(proxy, isTls ? `${url.hostname}:${port}` : undefined, timeoutMs) }
        : { host, port, lookup: guard.lookup };
    socket = connectOptions.socket;
    if (!isTls) {
      if (socket === undefined) {
        socket = connect({ host, port, lookup: guard.lookup, signal });
        await once(socket, 'connect');
      }
      return { outcome: 'reached', certificateEnds: undefined };
    }
    const trust = { ...(tls && trustOf(tls)), rejectUnauthorized: false };
    const secure = connectTls({ ...connectOptions, ...(isIP(host) === 0 && { servername: host }), ...trust });
    socket = secure;
    await once(secure, 'secureConnect', { signal });
    return certificateOf(secure, tls?.rejectUnauthorized !== false);
  } catch (error) {
    const [code, message] = codeOf(error);
    return { outcome: 'failed', code, message, certificateEnds: undefined };
  } finally {
    socket?.destroy();
  }
}

/** A connection to the proxy. @param tunnelTo opens a tunnel to this host and port */
async function throughProxy(proxy: HttpProxy, tunnelTo: string | undefined, timeoutMs: number): Promise<Socket> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    proxy.connect(timeoutMs, (error, connected) => (connected === undefined ? reject(error) : resolve(connected)));
  });
  const timer = setTimeout(() => socket.destroy(proxy.late(timeoutMs)), timeoutMs);
  try {
    if (tunnelTo !== undefined) await promisify(proxy.openTunnel.bind(proxy))(socket, tunnelTo);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param verifyCertificate whether an untrusted certificate is a failure */
function certificateOf(socket: TLSSocket, verifyCertificate: boolean): Probe {
  const { valid_to: until } = socket.getPeerCertificate();
  const certificateEnds = until === undefined ? undefined : Date.parse(until);
  const error: unknown = socket.authorizationError;
  if (error == null || !verifyCertificate) return { outcome: 'reached', certificateEnds };
  const code = typeof error === 'string' ? error : (nodeErrorCode(error) ?? 'ERROR');
  return { outcome: 'failed', code, message: String(error), certificateEnds };
}

function codeOf(error: unknown): [string, string] {
  if (!Error.isError(error)) return ['ERROR', String(error)];
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return ['CONNECT_DEADLINE', 'no connection in time'];
  const errors: unknown = 'errors' in error ? error.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : error;
  return [nodeErrorCode(first) ?? 'ERROR', Error.isError(first) ? first.message : String(first)];
}
