import { request } from 'node:http';
import { expect } from '@jest/globals';
import { Arrivals } from './arrivals.ts';
import { READ_TOKEN, type ServedPage } from './page.ts';

export interface Streamed {
  name: string;
  data: Record<string, unknown>;
}

/** Follows /api/v1/stream until the test is over, or {@link LiveStream.leave}. */
export interface LiveStream {
  events: Arrivals<Streamed>;
  leave(): void;
}

/** Resolves when the stream is connected. */
export async function followStream(one: ServedPage): Promise<LiveStream> {
  const events = new Arrivals<Streamed>();
  const sent = request(`${one.url}/api/v1/stream`, {
    headers: { authorization: `Bearer ${READ_TOKEN}` },
    agent: false,
  });
  await new Promise<void>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      expect(response.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      });
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? [];
          if (name !== '') events.add({ name, data: JSON.parse(data) });
          else if (block.startsWith(':')) resolve();
        }
      });
      response.on('error', () => undefined);
    });
    sent.end();
  });
  return { events, leave: () => sent.destroy() };
}
