import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Arrivals } from './arrivals.ts';

/** One request as it arrived. */
export interface Arrived {
  method: string;
  /** Without the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Of the query and of a form body. */
  params: Record<string, string>;
  body: string;
}

export interface Receiver {
  readonly url: string;
  readonly requests: Arrivals<Arrived>;
  /** Answered to what comes next. */
  status: number;
  /** What it says to what comes next. */
  answer: (request: Arrived) => string;
  /** Another status for this request, and headers of the answer. */
  reply: (request: Arrived) => { status?: number; headers?: Record<string, string> };
  stop(): Promise<void>;
}

/** A small HTTP receiver on a loopback port; left out: one that is free. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const requests = new Arrivals<Arrived>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://receiver');
      const arrived = {
        method: request.method ?? '',
        path: pathname,
        headers: request.headers,
        params: Object.fromEntries([...searchParams, ...new URLSearchParams(body)]),
        body,
      };
      const { status = receiver.status, headers } = receiver.reply(arrived);
      response.writeHead(status, headers).end(receiver.answer(arrived));
      requests.add(arrived);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    status: 200,
    answer: () => 'said the receiver',
    reply: () => ({}),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
