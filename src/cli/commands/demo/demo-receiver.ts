import { createServer, type IncomingMessage, type Server } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

/** What a receiver got: the request, and its parameters wherever they were. */
export interface ReceivedRequest {
  method: string;
  path: string;
  /** The header X-Event-ID. */
  eventId: string;
  params: Record<string, string>;
}

/** A receiver on loopback, as a CRM would be: it answers every request with 200 and shows it. */
export class DemoReceiver {
  readonly #server: Server;
  readonly #show: (request: ReceivedRequest) => void;

  constructor(show: (request: ReceivedRequest) => void) {
    this.#show = show;
    this.#server = createServer((request, response) => {
      this.#receive(request).then(
        () => response.end('ok'),
        () => response.destroy(),
      );
    });
  }

  /** @returns the port that it listens on */
  async start(): Promise<number> {
    return listenOnLoopback(this.#server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const fields = request.headers['content-type']?.startsWith('application/json')
      ? Object.entries<string>(JSON.parse(body))
      : [...new URLSearchParams(body)];
    const params = Object.fromEntries([...url.searchParams, ...fields]);
    const eventId = request.headers['x-event-id'];
    this.#show({ method: request.method ?? 'GET', path: url.pathname, eventId: String(eventId), params });
  }
}
