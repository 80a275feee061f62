import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HttpProxy } from './proxy.ts';

/*
 * Agents whose connections lead through a proxy. A request over HTTP names the whole URL, and logs in to the proxy; for
 * HTTPS there is a tunnel, and TLS is spoken with the receiver itself.
 */

type Done = (error: Error | null, socket?: Socket) => void;
type Target = { host?: string | null; port?: string | number | null; servername?: string };

/** @param connectTimeoutMs for the lookup of the proxy's name, and TCP */
export function httpProxyAgent(proxy: HttpProxy, connectTimeoutMs: number, options: AgentOptions): HttpAgent {
  const agent = new HttpAgent(options);
  const opening = new Opening(agent);
  const create = (_: unknown, done: Done) => {
    opening.add(proxy.connect(connectTimeoutMs, done));
  };
  return Object.assign(agent, { createConnection: create });
}

/** @param connectTimeoutMs for the lookup of the proxy's name, TCP, the tunnel and TLS together */
export function httpsProxyAgent(proxy: HttpProxy, connectTimeoutMs: number, options: HttpsAgentOptions): HttpsAgent {
  const agent = new HttpsAgent(options);
  const opening = new Opening(agent);
  const create = (target: Target, done: Done) => {
    const from = performance.now();
    const socket = proxy.connect(connectTimeoutMs, (unreachable) => {
      if (unreachable !== null) {
        done(unreachable);
        return;
      }
      const left = Math.max(1, connectTimeoutMs - (performance.now() - from));
      const timer = setTimeout(() => socket.destroy(proxy.late(connectTimeoutMs)), left);
      const clear = () => clearTimeout(timer);
      socket.once('close', clear);
      const { host, port } = target;
      proxy.openTunnel(socket, `${host?.includes(':') ? `[${host}]` : host}:${port ?? 443}`, (refused) => {
        if (refused !== null) {
          socket.destroy();
          done(refused);
          return;
        }
        const secure = connectTls({ ...options, ...(target.servername && { servername: target.servername }), socket });
        socket.once('error', (error) => secure.destroy(error));
        secure.once('secureConnect', clear);
        done(null, secure);
      });
    });
    opening.add(socket);
  };
  return Object.assign(agent, { createConnection: create });
}

/** Connections that are not yet the agent's: they end with it. */
class Opening {
  readonly #sockets = new Set<Socket>();

  constructor(agent: HttpAgent) {
    const destroy = agent.destroy.bind(agent);
    agent.destroy = () => {
      destroy();
      for (const socket of this.#sockets) socket.destroy();
    };
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
