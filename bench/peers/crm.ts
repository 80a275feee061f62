import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { quantile } from '../harness/stats.ts';

/** A leg's events, in their order; the paths of their requests. */
const STEPS = [['dial-in', 'dial-out'], ['answer-in', 'answer-out'], ['hangup']];
/** Of both legs of a call. */
export const REQUESTS_OF_A_CALL = 6;

/** What came to it since it was last asked. */
export interface Arrivals {
  requests: number;
  p50: number;
  p99: number;
}

/** What was wrong, of all that came. */
export interface Wrong {
  twice: number;
  disordered: number;
}

/** When the events of each step of a call were written, and what has come of each of its legs. */
interface Call {
  writtenAt: number[];
  /** How many steps have come, by flow. */
  steps: Map<string, number>;
  requests: number;
}

/** The receivers of many customers: each has a port of its own, and they take a while for an answer. */
export class Crms {
  readonly ports: number[] = [];
  readonly wrong: Wrong = { twice: 0, disordered: 0 };
  readonly #answerMs: number;
  /** By receiver and CallID. */
  readonly #calls = new Map<string, Call>();
  #latencies: number[] = [];

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  async listen(count: number): Promise<void> {
    for (let crm = 0; crm < count; crm++) {
      const server = createServer((request, response) => {
        this.#arrived(crm, request.url ?? '', performance.now());
        request.resume();
        response.statusCode = 204;
        setTimeout(() => response.end(), this.#answerMs);
      });
      server.keepAliveTimeout = 60_000;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      this.ports.push((server.address() as AddressInfo).port);
    }
  }

  /** The events of a step of this call are on their way from now on. */
  written(crm: number, callId: string, step: number): void {
    const key = `${crm}/${callId}`;
    const call = this.#calls.get(key) ?? { writtenAt: [], steps: new Map(), requests: 0 };
    call.writtenAt[step] = performance.now();
    this.#calls.set(key, call);
  }

  /** Since the last time. */
  takeArrivals(): Arrivals {
    const some = this.#latencies;
    this.#latencies = [];
    return { requests: some.length, p50: quantile(some, 0.5), p99: quantile(some, 0.99) };
  }

  /** Requests that are still to come. */
  get missing(): number {
    return [...this.#calls.values()].reduce((sum, { requests }) => sum + Math.max(0, REQUESTS_OF_A_CALL - requests), 0);
  }

  #arrived(crm: number, url: string, now: number): void {
    const { pathname, searchParams } = new URL(url, 'http://crm');
    const call = this.#calls.get(`${crm}/${searchParams.get('CallID')}`);
    const step = STEPS.findIndex((names) => names.includes(pathname.slice(1)));
    const flow = searchParams.get('CallFlow') ?? '';
    const writtenAt = call?.writtenAt[step];
    // It belongs to no call of this customer, or comes before its event.
    if (call === undefined || writtenAt === undefined) {
      this.wrong.disordered++;
      return;
    }
    const steps = call.steps.get(flow) ?? 0;
    if (step < steps) this.wrong.twice++;
    else if (step > steps) this.wrong.disordered++;
    else call.requests++;
    call.steps.set(flow, Math.max(steps, step + 1));
    this.#latencies.push(now - writtenAt);
  }
}
