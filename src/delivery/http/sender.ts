import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Axios, AxiosAdapter } from 'axios';
import type { AddressGuard } from './address-guard.ts';
import type { AttemptResult } from './attempt-result.ts';
import { type AnswerData, httpAdapter } from './axios-adapter.ts';
import { withConnectDeadline } from './connect-deadline.ts';
import type { Exchanges } from './exchange.ts';

/** One attempt, ready to go. */
export interface SendRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** For the whole attempt, from the first packet to the last byte that is read. */
  timeoutMs: number;
}

/** In the order in which they go out. */
const OWN_HEADERS = {
  Accept: '*/*',
  // Its place; a GET has none.
  'Content-Type': null,
  'User-Agent': 'asterisk-call-events',
  // What is kept of an answer is for people to read: nothing that is packed.
  'Accept-Encoding': 'identity',
};

/** Sends single requests with axios, on keep-alive connections. Any status is an answer and not an error. */
export class Sender {
  readonly #adapter: AxiosAdapter;
  readonly #agents: readonly (HttpAgent | HttpsAgent)[];
  readonly #exchanges: Exchanges = { readingOn: 0, closed: false };
  #client: Promise<Axios> | undefined;

  /** @param connectTimeoutMs for name lookup, TCP and TLS together */
  constructor(guard: AddressGuard, connectTimeoutMs: number) {
    const agentsOf = (options: AgentOptions) => ({
      http: withConnectDeadline(new HttpAgent(options), 'connect', connectTimeoutMs),
      https: withConnectDeadline(new HttpsAgent(options), 'secureConnect', connectTimeoutMs),
    });
    const agents = agentsOf({ keepAlive: true, lookup: guard.lookup });
    const freshAgents = agentsOf({ keepAlive: false, lookup: guard.lookup });
    this.#agents = [...Object.values(agents), ...Object.values(freshAgents)];
    const check = (url: URL) => guard.checkLiteral(url);
    this.#adapter = httpAdapter({ agents, freshAgents, exchanges: this.#exchanges, check });
  }

  /** Loads what the first attempt would have to wait for. */
  async prepare(): Promise<Axios> {
    // A third of the time that a start takes: until something is sent it is not needed. Without axios's defaults, which
    // our adapter has no use for and each request would copy.
    this.#client ??= import('axios').then(({ Axios }) => new Axios({ adapter: this.#adapter }));
    return this.#client;
  }

  /** Never rejects: what goes wrong is a result. */
  async send({ method, url, headers, body, timeoutMs }: SendRequest): Promise<AttemptResult> {
    const client = await this.prepare();
    try {
      const response = await client.request<AnswerData>({
        method,
        url,
        headers: { ...OWN_HEADERS, ...headers },
        ...(body !== undefined && { data: body }),
        timeout: timeoutMs,
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
    this.#exchanges.closed = true;
    for (const agent of this.#agents) agent.destroy();
  }
}

function errorOf(error: unknown): { code: string; message: string } {
  if (!Error.isError(error)) return { code: 'ERROR', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ERROR';
  return { code, message: plainWords(code, messageOf(error)) };
}

/** Of a name with several addresses, each of which was tried, the message of each. */
function messageOf(error: Error & { errors?: unknown }): string {
  if (error.message !== '' || !Array.isArray(error.errors)) return error.message;
  return error.errors.map((one: Error) => one.message).join('; ');
}

function plainWords(code: string, message: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens there (${message})`;
    case 'ENOTFOUND':
      return `the name is not known (${message})`;
    case 'EAI_AGAIN':
      return `no name server has an answer (${message})`;
    case 'EPROTO':
      return 'what listens there speaks no TLS; http:// instead of https://?';
    case 'HPE_INVALID_CONSTANT':
    case 'HPE_INVALID_VERSION':
      return `the answer is no HTTP; https:// instead of http://? (${message})`;
    case 'CERT_HAS_EXPIRED':
      return 'the certificate of the receiver has expired';
    case 'ECONNRESET':
      return `the receiver cut the connection (${message})`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return `the certificate is signed by itself; NODE_EXTRA_CA_CERTS names an authority of your own (${message})`;
    default:
      return message;
  }
}
