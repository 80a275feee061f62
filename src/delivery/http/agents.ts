import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates } from 'node:tls';
import { withConnectDeadline } from './connect-deadline.ts';
import type { HttpProxy } from './proxy.ts';
import { httpProxyAgent, httpsProxyAgent } from './proxy-agents.ts';

/** TLS options for a receiver, where they differ from the usual ones. */
export interface ReceiverTls {
  /** Certificates in PEM of authorities that are trusted besides the usual ones. */
  ca?: string | undefined;
  /** `false`: any certificate is taken. */
  rejectUnauthorized?: boolean | undefined;
}

export interface AgentsOptions {
  /** Looks up the names of receivers. */
  lookup: LookupFunction;
  /** The time for name lookup, TCP and TLS together. */
  connectTimeoutMs: number;
  proxy: HttpProxy | undefined;
}

/** The agents of a sender: each has connections of one kind, and is created when it is first needed. */
export class Agents {
  readonly #options: AgentsOptions;
  readonly #made = new Map<string, HttpAgent>();

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  /** The proxy that a request goes through; absent: it goes directly. */
  proxyFor(url: URL): HttpProxy | undefined {
    const { proxy } = this.#options;
    return proxy?.isBypassedFor(url) === false ? proxy : undefined;
  }

  /** @param keepAlive whether connections are reused; else each request has its own */
  agentFor(url: URL, tls: ReceiverTls | undefined, keepAlive: boolean): HttpAgent {
    const proxy = this.proxyFor(url);
    const isSecure = url.protocol === 'https:';
    const trust = isSecure && tls !== undefined ? `${tls.rejectUnauthorized} ${tls.ca ?? ''}` : '';
    const key = `${url.protocol} ${keepAlive} ${proxy !== undefined} ${trust}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = isSecure ? this.#https(proxy, tls, keepAlive) : this.#http(proxy, keepAlive);
    this.#made.set(key, made);
    return made;
  }

  destroy(): void {
    for (const agent of this.#made.values()) agent.destroy();
  }

  #http(proxy: HttpProxy | undefined, keepAlive: boolean): HttpAgent {
    const { lookup, connectTimeoutMs } = this.#options;
    return proxy === undefined
      ? withConnectDeadline(new HttpAgent({ keepAlive, lookup }), 'connect', connectTimeoutMs)
      : httpProxyAgent(proxy, connectTimeoutMs, { keepAlive });
  }

  #https(proxy: HttpProxy | undefined, tls: ReceiverTls | undefined, keepAlive: boolean): HttpAgent {
    const { lookup, connectTimeoutMs } = this.#options;
    const trust = tls === undefined ? {} : trustOf(tls);
    return proxy === undefined
      ? withConnectDeadline(new HttpsAgent({ keepAlive, lookup, ...trust }), 'secureConnect', connectTimeoutMs)
      : httpsProxyAgent(proxy, connectTimeoutMs, { keepAlive, ...trust });
  }
}

/** The options of TLS by which a receiver is trusted. */
export function trustOf({ ca, rejectUnauthorized = true }: ReceiverTls): HttpsAgentOptions {
  return {
    rejectUnauthorized,
    // Not as `ca`: Node would make it part of the key by which it looks for a free connection, for each request.
    ...(ca !== undefined && { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }),
  };
}
