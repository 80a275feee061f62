import { createServer, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

/**
 * A small HTTP proxy on loopback: it opens tunnels, and passes requests on; to whatever name, always to this machine.
 */
export class ConnectProxy {
  /** What it was asked: `CONNECT crm.house.test:443`, `GET http://crm.example.com/x`. */
  readonly asked: string[] = [];
  /** What it was sent as `Proxy-Authorization`, each time. */
  readonly logins: (string | undefined)[] = [];
  /** Answers with this status instead of passing on. */
  refusesWith: number | undefined;
  /** Takes what it is asked, and never answers. */
  hangs = false;
  readonly server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  /** @param port of the receiver */
  constructor(port: number) {
    this.#port = port;
    this.server = createServer((incoming, answer) => {
      this.#note(`${incoming.method} ${incoming.url}`, incoming.headers['proxy-authorization']);
      if (this.refusesWith !== undefined) {
        answer.writeHead(this.refusesWith).end();
        return;
      }
      const { pathname, search } = new URL(incoming.url ?? '');
      const headers = { ...incoming.headers };
      delete headers['proxy-authorization'];
      const onward = request({ port: this.#port, method: incoming.method, path: pathname + search, headers });
      onward.on('response', (from) => from.pipe(answer.writeHead(from.statusCode ?? 500, from.headers)));
      onward.on('error', () => answer.destroy());
      incoming.pipe(onward);
    });
    this.server.on('connect', (incoming, socket: Socket) => {
      this.#note(`CONNECT ${incoming.url}`, incoming.headers['proxy-authorization']);
      socket.on('error', () => undefined);
      this.#sockets.add(socket);
      if (this.hangs) return;
      if (this.refusesWith !== undefined) {
        socket.end(`HTTP/1.1 ${this.refusesWith} No\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      const onward = connect(this.#port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\nX-Proxy: small\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #note(asked: string, login: string | undefined): void {
    this.asked.push(asked);
    this.logins.push(login);
  }
}
