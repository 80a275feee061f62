import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { AttemptError } from './attempt-error.ts';

/**
 * Makes an agent destroy a connection that is not established in time; `socket.setTimeout` would not count the name
 * lookup.
 * @param connected the event of an established socket: `secureConnect` with TLS
 * @param ms for name lookup, TCP and TLS together
 */
export function withConnectDeadline<A extends Agent>(agent: A, connected: 'connect' | 'secureConnect', ms: number): A {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...args: Parameters<typeof create>) => {
    const socket = create(...args) as Socket;
    const timer = setTimeout(
      () => socket.destroy(new AttemptError('CONNECT_DEADLINE', `no connection within ${ms} ms`)),
      ms,
    );
    const clear = () => clearTimeout(timer);
    socket.once(connected, clear).once('close', clear);
    return socket;
  };
  return agent;
}
