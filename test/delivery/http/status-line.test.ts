import { describe, expect, it } from '@jest/globals';
import { StatusLine } from '../../../src/delivery/http/status-line.ts';

/** What is known after all of it has come, in two pieces: cut at every byte. */
function read(text: string): { status: number | undefined; informational: number }[] {
  const bytes = Buffer.from(text, 'latin1');
  const found = new Map<string, { status: number | undefined; informational: number }>();
  for (let cut = 0; cut <= bytes.length; cut++) {
    const line = new StatusLine();
    for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) if (part.length > 0) line.push(part);
    const { status, informational } = line;
    found.set(JSON.stringify([status, informational]), { status, informational });
  }
  return [...found.values()];
}

describe('the status line of an answer', () => {
  it.each([
    ['HTTP/1.1 200 OK\r\n', 200],
    ['HTTP/1.1 200\r\n', 200],
    ['HTTP/1.0 503 Busy\r\nRetry-After: 1\r\n\r\n', 503],
    ['HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 200],
    ['HTTP/1.1 204 B\xfcro\r\n', 204],
    [`HTTP/1.1 200 ${'x'.repeat(3000)}\r\n`, 200],
    ['SSH-2.0-OpenSSH\r\n', undefined],
    ['Warning: in x.php\r\nHTTP/1.1 200 OK\r\n', undefined],
    ['HTTP/1.1 2000 OK\r\n', undefined],
    ['\r\nHTTP/1.1 200 OK\r\n', undefined],
    ['', undefined],
  ])('%j: %s', (text, status) => {
    expect(read(text)).toEqual([{ status, informational: 0 }]);
  });

  it('comes after those of informational answers', () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; HTTP/1.1 500 No\r\n\r\n';
    expect(read(`HTTP/1.1 100 Continue\r\n\r\n${early}${early}HTTP/1.1 201 Created\r\n`)).toEqual([
      { status: 201, informational: 3 },
    ]);
  });

  it('is not looked for behind informational answers without end', () => {
    const line = new StatusLine();
    line.push(Buffer.from(`${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1000)}HTTP/1.1 200 OK\r\n`));
    expect([line.isEndless, line.status, line.informational]).toEqual([true, undefined, 21]);
  });

  it('says that nothing has come only as long as nothing has', () => {
    const line = new StatusLine();
    expect(line.isEmpty).toBe(true);
    line.push(Buffer.from('H'));
    expect(line.isEmpty).toBe(false);
  });

  it('is followed by headers and a body that are read as well as they go', () => {
    const line = new StatusLine();
    line.push(Buffer.from('HTTP/1.1 503 No\r\nBad Header: 1\r\nRETRY-AFTER:  7 \nLocat'));
    line.push(Buffer.from('ion: /else\r\n\r\nbusy\n\nnow'));
    expect(line.rest).toEqual({ location: '/else', retryAfter: '7', body: 'busy\n\nnow' });
  });
});
