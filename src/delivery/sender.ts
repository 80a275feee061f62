import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { AxiosInstance } from 'axios';
import type { AddressGuard } from './address-guard.ts';
import type { AttemptResult } from './outcome.ts';

/** What is kept of a receiver's answer, and the most that is read of it. */
const KEPT_ANSWER_BYTES = 4096;

/** One attempt, ready to go. */
export interface SendRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** For the whole attempt, from the first packet to the last byte that is read. */
  timeoutMs: number;
}

/** Sends single requests with axios, on keep-alive connections. Any status is an answer and not an error. */
export class Sender {
  readonly #create: () => Promise<AxiosInstance>;
  #client: Promise<AxiosInstance> | undefined;
  readonly #agents: { destroy(): void }[];
  readonly #guard: AddressGuard;

  /** @param connectTimeoutMs for name lookup, TCP and TLS together */
  constructor(guard: AddressGuard, connectTimeoutMs: number) {
    this.#guard = guard;
    const options: AgentOptions = { keepAlive: true, lookup: guard.lookup };
    const httpAgent = withConnectDeadline(new HttpAgent(options), 'connect', connectTimeoutMs);
    const httpsAgent = withConnectDeadline(new HttpsAgent(options), 'secureConnect', connectTimeoutMs);
    this.#agents = [httpAgent, httpsAgent];
    this.#create = async () => {
      // A third of the time that a start takes: until something is sent it is not needed.
      const { default: axios } = await import('axios');
      return axios.create({
        adapter: 'http',
        httpAgent,
        httpsAgent,
        maxRedirects: 0,
        proxy: false,
        responseType: 'stream',
        // Nobody reads the answer but a person: it is kept as it came, and a gzip bomb stays packed.
        decompress: false,
        validateStatus: () => true,
        transformRequest: [(body: unknown) => body],
      });
    };
  }

  /** Loads what the first attempt would have to wait for. */
  async prepare(): Promise<AxiosInstance> {
    this.#client ??= this.#create();
    return this.#client;
  }

  /** Never rejects: what goes wrong is a result. */
  async send(request: SendRequest): Promise<AttemptResult> {
    const client = await this.prepare();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), request.timeoutMs);
    try {
      this.#guard.checkLiteral(new URL(request.url));
      const response = await client.request<Readable>({
        method: request.method,
        url: request.url,
        // What is kept of an answer is for people to read: nothing that is packed.
        headers: {
          'User-Agent': 'asterisk-call-events',
          Accept: '*/*',
          'Accept-Encoding': 'identity',
          ...request.headers,
        },
        ...(request.body !== undefined && { data: request.body }),
        signal: deadline.signal,
      });
      const answer = await beginningOf(response.data, deadline.signal);
      const header = (name: string) => {
        const value: unknown = response.headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      const location = header('location');
      const retryAfter = header('retry-after');
      return {
        kind: 'answer',
        status: response.status,
        ...(location !== undefined && { location }),
        ...(retryAfter !== undefined && { retryAfter }),
        answer,
      };
    } catch (error) {
      if (deadline.signal.aborted)
        return { kind: 'error', code: 'DEADLINE', message: `no answer within ${request.timeoutMs} ms` };
      return { kind: 'error', ...errorOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }
}

/**
 * The first bytes of an answer. The status has come already and decides, so whatever happens to the body is no failure:
 * the deadline, a reset or the end of what is kept just end the reading.
 */
async function beginningOf(body: Readable, deadline: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stop = () => body.destroy();
  deadline.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= KEPT_ANSWER_BYTES) break;
    }
  } catch {
    // See above.
  } finally {
    deadline.removeEventListener('abort', stop);
    body.destroy();
  }
  return Buffer.concat(chunks).subarray(0, KEPT_ANSWER_BYTES).toString('utf8');
}

/** Destroys a connection that does not come about in time; `socket.setTimeout` would not count the name lookup. */
function withConnectDeadline<A extends HttpAgent>(agent: A, connected: string, ms: number): A {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...args: Parameters<typeof create>) => {
    const socket = create(...args) as Socket;
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error(`no connection within ${ms} ms`), { code: 'CONNECT_DEADLINE' })),
      ms,
    );
    const clear = () => clearTimeout(timer);
    socket.once(connected, clear).once('close', clear);
    return socket;
  };
  return agent;
}

function errorOf(error: unknown): { code: string; message: string } {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!('code' in at) || typeof at.code !== 'string') continue;
    return { code: at.code, message: plainWords(at.code, at.message) };
  }
  return { code: 'ERROR', message: error instanceof Error ? error.message : String(error) };
}

function plainWords(code: string, message: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens there (${message})`;
    case 'ENOTFOUND':
      return `the name is not known (${message})`;
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
