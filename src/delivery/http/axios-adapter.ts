import { type ClientRequest, type Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { type Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { AxiosAdapter, AxiosPromise, InternalAxiosRequestConfig, RawAxiosResponseHeaders } from 'axios';
import { AttemptError } from './attempt-error.ts';

/** What is kept of a receiver's answer, and the most that is read of it. */
const KEPT_ANSWER_BYTES = 4096;

export interface AdapterOptions {
  agents: { http: HttpAgent; https: HttpsAgent };
  /** Throws when a request may not go there. */
  check(url: URL): void;
}

/**
 * What axios sends with: one request on an agent's connection, and the beginning of its answer as a string. axios's own
 * does much that nobody asks for here, and takes twice the CPU time (docs/performance.md).
 *
 * `timeout` is for the whole attempt, from the first packet to the last byte that is read. Any status is an answer, and
 * redirects are not followed. Whatever happens to the body after it, the deadline, a reset or the end of what is kept,
 * just ends the reading: the status has come already and decides.
 */
export function httpAdapter({ agents, check }: AdapterOptions): AxiosAdapter {
  return (config): AxiosPromise =>
    new Promise((resolve, reject) => {
      const url = new URL(config.url ?? '');
      check(url);
      const request = requestOf(config, url, agents);
      let response: IncomingMessage | undefined;
      const timer = setTimeout(() => {
        if (response !== undefined) {
          response.destroy();
          return;
        }
        request.destroy();
        // Not by an event of the request: one that was answered with 101 has ended already, and tells nobody.
        reject(new AttemptError('DEADLINE', `no answer within ${config.timeout} ms`));
      }, config.timeout);
      request.on('error', (error) => {
        if (response !== undefined) return;
        clearTimeout(timer);
        reject(error);
      });
      request.once('response', (answering) => {
        response = answering;
        const { statusCode: status = 0, statusMessage: statusText = '', headers } = answering;
        readBeginning(answering, (data) => {
          clearTimeout(timer);
          resolve({ data, status, statusText, headers: headers as RawAxiosResponseHeaders, config, request });
        });
      });
      request.end(config.data);
    });
}

/** Header names and their order are as given; `Host` and `Connection` follow. */
function requestOf(config: InternalAxiosRequestConfig, url: URL, agents: AdapterOptions['agents']): ClientRequest {
  const { method = 'get', headers } = config;
  const body: string | undefined = config.data;
  const auth = credentialsOf(url);
  if (auth !== undefined) headers.delete('Authorization');
  if (body !== undefined && body !== '') headers.set('Content-Length', String(Buffer.byteLength(body)));
  const secure = url.protocol === 'https:';
  return (secure ? requestHttps : requestHttp)({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    method: method.toUpperCase(),
    headers: headers.toJSON() as Record<string, string>,
    agent: secure ? agents.https : agents.http,
    ...(auth !== undefined && { auth }),
  });
}

/** `user:password` of a URL that has them. */
function credentialsOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `${decoded(username)}:${decoded(password)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readBeginning(response: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= KEPT_ANSWER_BYTES) response.destroy();
  });
  // Comes after the end, and after everything else that ends it.
  response.once('close', () => done(Buffer.concat(chunks).subarray(0, KEPT_ANSWER_BYTES).toString('utf8')));
}
