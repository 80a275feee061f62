import { createServer, type Server } from 'node:http';

/** One request as it arrived. */
export interface Arrival {
  at: number;
  /** `webhook-id`: the same for every attempt of one delivery. */
  delivery: string;
  eventId: string;
  /** `dial-in`: the path of the request begins with it. */
  event: string;
  /** The extension that the parameters speak of: the caller of an OUT leg, the called one of an IN leg. */
  extension: string;
  params: Record<string, string>;
  /** Where the configuration marks its requests: in path, parameter and header. */
  marks: (string | undefined)[];
}

/** A receiver on loopback that writes down what arrives, and can be made slow or sick. */
export class RecordingReceiver {
  readonly arrivals: Arrival[] = [];
  /** How long each answer takes, and which status it has. */
  delayMs = 0;
  status = 200;
  /** Requests that got another status than 200, and when the last of them came. */
  refused = 0;
  refusedUntil = 0;
  /** Requests that have not been answered yet. */
  open = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://127.0.0.1');
        const body = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
        const params = Object.fromEntries([...url.searchParams, ...body]);
        this.arrivals.push({
          at: Date.now(),
          event: url.pathname.split('/')[1] ?? '',
          extension: (params.CallFlow === 'OUT' ? params.CallerExtension : params.CalledExtension) ?? '',
          delivery: String(request.headers['webhook-id'] ?? ''),
          eventId: String(request.headers['x-event-id'] ?? ''),
          params,
          marks: [url.pathname.split('/')[2], params.mark, request.headers['x-mark']?.toString()],
        });
        this.open++;
        setTimeout(() => {
          this.open--;
          if (this.status !== 200) {
            this.refused++;
            this.refusedUntil = Date.now();
          }
          response.writeHead(this.status).end('ok');
        }, this.delayMs);
      });
      request.on('error', () => response.destroy());
    });
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
