import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AxiosAdapter, AxiosPromise, InternalAxiosRequestConfig } from 'axios';
import { percentDecode } from '../../percent-encode.ts';
import type { Agents, ReceiverTls } from './agents.ts';
import { type Answer, RequestWithAnswer, type SenderState } from './request-with-answer.ts';

/** The limit for an answer's headers; Node's default of 16 kB is less than the cookies of some login pages. */
const MOST_HEADER_BYTES = 65_536;

export interface AdapterOptions {
  agents: Agents;
  state: SenderState;
  /** Throws when requests to this URL are not allowed. */
  check(url: URL): void;
}

/** The adapter's `data`. */
export type AnswerData = Omit<Answer, 'status'>;

/**
 * The adapter by which axios sends: one request on an agent's connection, and the beginning of its answer as a string.
 * axios's own adapter does much that is not needed here, and takes twice the CPU time (docs/performance.md).
 *
 * `timeout` is for the whole attempt, from the first packet to the last byte that is read. Any status is an answer, and
 * redirects are not followed.
 */
export function httpAdapter({ agents, state, check }: AdapterOptions): AxiosAdapter {
  return async (config): AxiosPromise => {
    const url = new URL(config.url ?? '');
    check(url);
    let request: ClientRequest | undefined;
    const begin = (onNewConnection: boolean) => {
      request = requestOf(config, url, agents, onNewConnection);
      return request;
    };
    const answer = await new RequestWithAnswer(begin, config.data, config.timeout ?? 0, state).run();
    const { status, text, ...read } = answer;
    const proxy = agents.proxyFor(url);
    if (proxy !== undefined && status === 407 && url.protocol === 'http:') throw proxy.refusal(status, '', url.host);
    // The headers go with the text: axios would copy each of them into an object of its own.
    const data: AnswerData = { text, ...read };
    const headers = {};
    return { data, status, statusText: '', headers, config, request };
  };
}

/** Header names and their order are as given; `Host` and `Connection` follow. */
function requestOf(
  config: InternalAxiosRequestConfig & { tls?: ReceiverTls },
  url: URL,
  agents: Agents,
  onNewConnection: boolean,
): ClientRequest {
  const { method = 'get', headers, tls } = config;
  const body: string | undefined = config.data;
  const auth = credentialsOf(url);
  if (auth !== undefined) headers.delete('Authorization');
  if (body !== undefined && body !== '') headers.set('Content-Length', String(Buffer.byteLength(body)));
  const secure = url.protocol === 'https:';
  // Through a tunnel the receiver is asked as it is without one.
  const proxy = secure ? undefined : agents.proxyFor(url);
  if (proxy?.authorization !== undefined) headers.set('Proxy-Authorization', proxy.authorization);
  return (secure ? requestHttps : requestHttp)({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: `${proxy === undefined ? '' : url.origin}${url.pathname}${url.search}`,
    method: method.toUpperCase(),
    headers: headers.toJSON() as Record<string, string>,
    agent: agents.agentFor(url, tls, !onNewConnection),
    maxHeaderSize: MOST_HEADER_BYTES,
    ...(auth !== undefined && { auth }),
  });
}

/** `user:password` of a URL that has them. */
function credentialsOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `${percentDecode(username) ?? username}:${percentDecode(password) ?? password}`;
}
