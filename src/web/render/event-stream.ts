import type { ServerResponse } from 'node:http';

/**
 * A proxy closes silent connections, and a browser does not notice a dead one: a beat is sent this often. It is an
 * event, for app.js does not see comments.
 */
const BEAT_MS = 15_000;
/** A browser that does not read is disconnected above this many bytes: it connects again by itself. */
const MOST_UNREAD = 1024 * 1024;

/** Events that are sent to one browser as they happen (server-sent events). */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #isWanted: () => boolean;
  readonly #ends: (() => void)[] = [];
  #isOpen = true;

  /** @param isWanted asked before each event and beat: whether the visitor may still receive events */
  constructor(response: ServerResponse, isWanted: () => boolean) {
    this.#response = response;
    this.#isWanted = isWanted;
    response.writeHead(200, {
      ...Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, value ?? ''])),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // For nginx, which would buffer events up to 4 kB.
      'x-accel-buffering': 'no',
    });
    // A comment: the browser knows at once that it is connected.
    response.write(': connected\n\n');
    const beat = setInterval(() => {
      this.#write(': beat\nevent: beat\ndata: {}\n\n');
    }, BEAT_MS);
    beat.unref();
    this.onClose(() => clearInterval(beat));
    response.on('close', () => this.close());
    response.on('error', () => this.close());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @param name of the event, as `addEventListener` of the browser knows it; @param data is sent as JSON */
  send(name: string, data: unknown): void {
    // JSON has no line ends.
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Called once, when nothing is sent any more. */
  onClose(end: () => void): void {
    if (this.#isOpen) this.#ends.push(end);
    else end();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const end of this.#ends) end();
    this.#response.end();
  }

  #write(text: string): void {
    if (!this.#isOpen) return;
    if (!this.#isWanted()) this.close();
    else if (this.#response.writableLength > MOST_UNREAD) this.#response.destroy();
    else this.#response.write(text);
  }
}
