import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** A TCP proxy that stands between a session and its server, and fails as networks do. */
export interface CuttingProxy {
  readonly port: number;
  /** How many connections have been made through it. */
  readonly connections: number;
  /** Bytes passed on towards the client in the connection made last. */
  readonly passed: number;
  /** The connection made next is cut when so many bytes have gone to the client; `undefined`: never. */
  cutAfter: number | undefined;
  /** Take all bytes and pass none on: both ends believe that the connection lives. */
  swallow: boolean;
  stop(): Promise<void>;
}

export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const state = { connections: 0, passed: 0, cutAfter: undefined as number | undefined, swallow: false };

  const server = createServer((client) => {
    const upstream = dial(targetPort, '127.0.0.1');
    const limit = state.cutAfter;
    let passed = 0;
    state.connections++;
    state.passed = 0;
    state.cutAfter = undefined;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (bytes) => {
      if (!state.swallow) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (state.swallow) return;
      const rest = limit === undefined ? bytes : bytes.subarray(0, Math.max(0, limit - passed));
      passed += rest.length;
      state.passed = passed;
      if (rest.length === bytes.length) client.write(rest);
      else client.end(rest, () => upstream.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return Object.assign(state, {
    port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  });
}
