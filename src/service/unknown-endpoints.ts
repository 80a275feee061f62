import { endpointOf } from '../config/directory/endpoint.ts';

/** After the first stranger, others are waited for, to be told together. */
const GATHER_MS = 5000;
/** A system with more trunks and phones than this needs no more telling. */
const MOST = 100;

/** Endpoints that belong to no extension: each is told once, for wrong `channels` are every newcomer's first fault. */
export class UnknownEndpoints {
  readonly #met = new Set<string>();
  readonly #tell: (endpoints: string[]) => void;
  #untold: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (endpoints: string[]) => void) {
    this.#tell = tell;
  }

  note(channel: string): void {
    const endpoint = endpointOf(channel);
    if (this.#met.has(endpoint) || this.#met.size >= MOST) return;
    this.#met.add(endpoint);
    this.#untold.push(endpoint);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell(this.#untold.splice(0));
    }, GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
