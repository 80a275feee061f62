import { createServer, type Server, type Socket } from 'node:net';
import type { AddressGuard } from '../../src/delivery/http/address-guard.ts';
import type { ProxySettings } from '../../src/delivery/http/proxy.ts';
import { Sender } from '../../src/delivery/http/sender.ts';

/** Small peers on loopback and what sends to them, for tests of sending; `close` in `afterEach`. */
export class Peers {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #senders: Sender[] = [];

  /** @returns its URL */
  async listening(server: Server): Promise<string> {
    this.#servers.push(server);
    server.on('connection', (socket) => this.#sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  }

  /** A sick one: what it does once it has been asked, and each time that it is asked again. */
  sick(behave: (socket: Socket, asked: string) => void): Promise<string> {
    return this.listening(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (asked) => behave(socket, asked.toString('latin1')));
      }),
    );
  }

  sender(guard: AddressGuard, connectTimeoutMs = 3000, proxy?: ProxySettings): Sender {
    const made = new Sender(guard, connectTimeoutMs, proxy);
    this.#senders.push(made);
    return made;
  }

  close(): void {
    for (const sender of this.#senders.splice(0)) sender.close();
    for (const server of this.#servers.splice(0)) server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}
