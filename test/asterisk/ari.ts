const BASE = 'http://127.0.0.1:8088/ari';
const USER = 'lab:labor';
const WAIT_MS = 15_000;

interface AriEvent {
  type: string;
  channel?: { id: string; name: string; state: string };
}

/** An ARI application: it takes the calls that come to `Stasis(lab)`, and makes channels and bridges of its own. */
export class Ari {
  readonly #socket: WebSocket;
  #events: AriEvent[] = [];
  #look: () => void = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.#events.push(JSON.parse(String(data)));
      this.#look();
    });
  }

  static async open(): Promise<Ari> {
    const socket = new WebSocket(`${BASE.replace('http', 'ws')}/events?app=lab&api_key=${USER}`);
    const ari = new Ari(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('ARI takes no application')));
    });
    return ari;
  }

  /** @returns the id of the first channel that the application has been shown, and that was not asked for yet */
  async channel(
    type: string,
    is: (channel: NonNullable<AriEvent['channel']>) => boolean = () => true,
  ): Promise<string> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const at = this.#events.findIndex((event) => event.type === type && event.channel && is(event.channel));
      const found = this.#events[at]?.channel;
      if (found !== undefined) {
        this.#events = this.#events.toSpliced(at, 1);
        return found.id;
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`ARI: waited ${WAIT_MS} ms for ${type}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** @returns the id of what was made, if something was */
  async post(path: string, query: Record<string, string> = {}): Promise<string> {
    return this.#ask('POST', path, query);
  }

  async remove(path: string): Promise<void> {
    await this.#ask('DELETE', path, {});
  }

  /** A bridge with these channels in it. */
  async bridge(...channels: string[]): Promise<void> {
    const bridge = await this.post('bridges', { type: 'mixing' });
    await this.post(`bridges/${bridge}/addChannel`, { channel: channels.join() });
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string, path: string, query: Record<string, string>): Promise<string> {
    const answer = await fetch(`${BASE}/${path}?${new URLSearchParams({ ...query, api_key: USER })}`, { method });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`ARI: ${path}: ${answer.status} ${text}`);
    return text === '' ? '' : JSON.parse(text).id;
  }
}
