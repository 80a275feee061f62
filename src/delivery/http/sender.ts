import type { Axios, AxiosAdapter } from 'axios';
import type { AddressGuard } from './address-guard.ts';
import { Agents, type ReceiverTls } from './agents.ts';
import type { AttemptResult } from './attempt-result.ts';
import { type AnswerData, httpAdapter } from './axios-adapter.ts';
import { errorOf } from './error-words.ts';
import { HttpProxy, type ProxySettings } from './proxy.ts';
import type { SenderState } from './request-with-answer.ts';

/** The request of one attempt. */
export interface SendRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** For the whole attempt, from the first packet to the last byte that is read. */
  timeoutMs: number;
  /** Absent: as usual. */
  tls?: ReceiverTls | undefined;
}

/** In the order in which they go out. */
const OWN_HEADERS = {
  Accept: '*/*',
  // Its place; a GET has none.
  'Content-Type': null,
  'User-Agent': 'asterisk-call-events',
  // Answers are kept for people to read, so they should not be compressed.
  'Accept-Encoding': 'identity',
};

/** Sends single requests with axios, on keep-alive connections. Any status is an answer and not an error. */
export class Sender {
  readonly #adapter: AxiosAdapter;
  readonly #agents: Agents;
  readonly #state: SenderState = { readingOn: 0, closed: false };
  #client: Promise<Axios> | undefined;

  /**
   * @param connectTimeoutMs for name lookup, TCP and TLS together
   * @param proxy the proxy for requests to the outside; absent: they go directly
   */
  constructor(guard: AddressGuard, connectTimeoutMs: number, proxy?: ProxySettings) {
    this.#agents = new Agents({
      lookup: guard.lookup,
      connectTimeoutMs,
      proxy: proxy && new HttpProxy(proxy, guard.lookupProxy),
    });
    const check = (url: URL) => guard.checkLiteral(url);
    this.#adapter = httpAdapter({ agents: this.#agents, state: this.#state, check });
  }

  /**
   * Loads axios, which the first attempt would have to wait for. Rejects when that fails; the next call tries again.
   */
  async prepare(): Promise<Axios> {
    // A third of the time that a start takes: until something is sent it is not needed. Without axios's defaults, which
    // our adapter has no use for and each request would copy.
    this.#client ??= import('axios')
      .then(({ Axios }) => new Axios({ adapter: this.#adapter }))
      .catch((error) => {
        this.#client = undefined;
        throw error;
      });
    return this.#client;
  }

  /**
   * An error is a result, too. Rejects only when {@link prepare} does: then nothing was tried, for which no receiver is
   * to blame.
   */
  async send({ method, url, headers, body, timeoutMs, tls }: SendRequest): Promise<AttemptResult> {
    const client = await this.prepare();
    try {
      const response = await client.request<AnswerData>({
        method,
        url,
        headers: { ...OWN_HEADERS, ...headers },
        ...(body !== undefined && { data: body }),
        timeout: timeoutMs,
        ...(tls !== undefined && { tls }),
      });
      const { location, retryAfter, headers: answered, text } = response.data;
      return {
        kind: 'answer',
        status: response.status,
        ...(location !== undefined && { location }),
        ...(retryAfter !== undefined && { retryAfter }),
        ...(answered !== undefined && { headers: answered }),
        answer: text,
      };
    } catch (error) {
      return { kind: 'error', ...errorOf(error) };
    }
  }

  close(): void {
    this.#state.closed = true;
    this.#agents.destroy();
  }
}
