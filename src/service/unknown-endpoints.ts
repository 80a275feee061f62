import { endpointOf } from '../config/directory/endpoint.ts';
import type { Logger } from '../log.ts';
import type { ServiceEvents } from './service-events.ts';

/** After the first unknown endpoint others are waited for, to be logged together. */
const GATHER_MS = 5000;
/** A system with more trunks and phones than this needs no more lines. */
const MOST = 100;

/**
 * Logs the endpoints of one Asterisk that belong to no extension, each once: wrong `channels` are every newcomer's
 * first fault.
 */
export class UnknownEndpoints {
  readonly #server: string;
  readonly #events: ServiceEvents;
  readonly #log: Logger;
  readonly #known = new Set<string>();
  #unlogged: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(server: string, events: ServiceEvents, log: Logger) {
    this.#server = server;
    this.#events = events;
    this.#log = log;
  }

  start(): void {
    this.#unsubscribe = this.#events.on('skipped', ({ server, skipped: { reason, channel } }) => {
      if (server === this.#server && reason === 'no extension') this.#note(channel);
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
  }

  #note(channel: string): void {
    const endpoint = endpointOf(channel);
    if (this.#known.has(endpoint) || this.#known.size >= MOST) return;
    this.#known.add(endpoint);
    this.#unlogged.push(endpoint);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const endpoints = this.#unlogged.splice(0);
      // A correct trunk is among them at every start.
      this.#log.info(
        { endpoints },
        `no extension has these channels: ${endpoints.join(', ')}. A trunk is right here; a phone belongs under the \`channels\` of its extension`,
      );
    }, GATHER_MS);
  }
}
