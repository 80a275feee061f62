import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { AddressGuard } from '../delivery/http/address-guard.ts';
import { nodeErrorCode } from '../node-error-code.ts';

/** What a receiver's host and port came to. */
export type Probe =
  | { outcome: 'reached'; certificateEnds: number | undefined }
  | { outcome: 'failed'; code: string; message: string; certificateEnds: number | undefined };

/** Connects to a receiver as the service would, name lookup and TLS included, and sends nothing. */
export async function probeTarget(url: URL, guard: AddressGuard, timeoutMs: number): Promise<Probe> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 443 : 80);
  let socket: Socket | undefined;
  try {
    guard.checkLiteral(url);
    const options = { host, port, lookup: guard.lookup, signal: AbortSignal.timeout(timeoutMs) };
    socket = isTls
      ? connectTls({ ...options, ...(isIP(host) === 0 && { servername: host }), rejectUnauthorized: false })
      : connect(options);
    await once(socket, isTls ? 'secureConnect' : 'connect');
    return isTls ? certificateOf(socket as TLSSocket) : { outcome: 'reached', certificateEnds: undefined };
  } catch (error) {
    const [code, message] = codeOf(error);
    return { outcome: 'failed', code, message, certificateEnds: undefined };
  } finally {
    socket?.destroy();
  }
}

function certificateOf(socket: TLSSocket): Probe {
  const { valid_to: until } = socket.getPeerCertificate();
  const certificateEnds = until === undefined ? undefined : Date.parse(until);
  const error: unknown = socket.authorizationError;
  if (error == null) return { outcome: 'reached', certificateEnds };
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
