import { askedCall } from './recording.ts';

export interface CallFeedOptions {
  /** Calls going on at once. */
  live: number;
  /** How many extensions call each other. */
  extensions: number;
  push(bytes: Uint8Array): void;
  /** What was pushed belongs together: a read of the socket. */
  pushed(): void;
}

/** Recorded calls, one after the other, of which a given number goes on at once; only the pushing is timed. */
export class CallFeed {
  readonly #options: CallFeedOptions;
  readonly #call = askedCall();
  readonly #buffer = Buffer.allocUnsafeSlow(this.#call.template.length);
  #begun = 0;
  #ended = 0;
  /** Events pushed, and the CPU time that this took. */
  events = 0;
  cpuSeconds = 0;

  constructor(options: CallFeedOptions) {
    this.#options = options;
  }

  /** Begins calls that none ends for. */
  begin(count: number): void {
    for (let i = 0; i < count; i++) this.#push(this.#filled(this.#begun++), 0, this.#call.end);
  }

  /** Ends the oldest call and begins a new one, `count` times. */
  run(count: number): void {
    const { end, template } = this.#call;
    for (let i = 0; i < count; i++) {
      this.#push(this.#filled(this.#begun++), 0, end);
      this.#push(this.#filled(this.#ended++), end, template.events);
    }
  }

  get live(): number {
    return this.#begun - this.#ended;
  }

  /** In a buffer that is used again: what is measured is not the making. */
  #filled(round: number): Buffer {
    const caller = 10_000 + ((round * 2) % this.#options.extensions);
    const second = 1_700_000_000 + Math.floor(round / 100);
    this.#call.template.fillInto(this.#buffer, 0, { round, second, caller, called: caller + 1 });
    return this.#buffer;
  }

  #push(bytes: Buffer, first: number, end: number): void {
    const { ends } = this.#call.template;
    const part = bytes.subarray(ends[first - 1] ?? 0, ends[end - 1]);
    const before = process.cpuUsage();
    this.#options.push(part);
    this.#options.pushed();
    const { user, system } = process.cpuUsage(before);
    this.cpuSeconds += (user + system) / 1e6;
    this.events += end - first;
  }
}
