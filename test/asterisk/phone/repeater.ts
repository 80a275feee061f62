import type { Phone } from './phone.ts';

/** As in SIP: UDP loses what a busy receiver has no room for. */
const REPEAT_MS = 500;
const GIVE_UP_MS = 20_000;

/** Sends messages again and again until they arrive. */
export class Repeater {
  readonly #phone: Phone;
  readonly #sending = new Map<string, NodeJS.Timeout>();

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  /** @param what is awaited: a response by its method and branch, or the ACK */
  send(what: string, text: string): void {
    this.captured(what);
    this.#phone.send(text);
    const from = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - from > GIVE_UP_MS) this.captured(what);
      else this.#phone.send(text);
    }, REPEAT_MS);
    this.#sending.set(what, timer);
  }

  captured(what: string): void {
    clearInterval(this.#sending.get(what));
    this.#sending.delete(what);
  }

  stop(): void {
    for (const what of [...this.#sending.keys()]) this.captured(what);
  }
}
