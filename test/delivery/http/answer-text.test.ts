import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { answerText, keptHeaders } from '../../../src/delivery/http/answer-text.ts';

describe('the text of an answer', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('that came as %s is unpacked', (encoding, pack) => {
    expect(answerText(pack('not found: é'), { 'content-encoding': encoding }, 4096)).toBe('not found: é');
  });

  it('of which only the beginning came is unpacked as far as that goes', () => {
    const packed = gzipSync(Array.from({ length: 20_000 }, (_, number) => `line ${number * 7919} `).join(''));
    const text = answerText(packed.subarray(0, 4096), { 'content-encoding': 'gzip' }, 4096);
    expect(text).toMatch(/^line 0 line 7919 /);
    expect(text).toHaveLength(4096);
  });

  it('is in its own charset', () => {
    const latin1 = { 'content-type': 'text/plain; charset="ISO-8859-1"' };
    expect(answerText(Buffer.from([0x5a, 0x6f, 0xeb]), latin1, 4096)).toBe('Zoë');
    expect(answerText(Buffer.from('Zoë'), { 'content-type': 'text/plain; charset=klingon' }, 4096)).toBe('Zoë');
  });

  it('is left as it came where it is not what its header says, or unpacks to too much', () => {
    expect(answerText(Buffer.from('plain'), { 'content-encoding': 'gzip' }, 4096)).toBe('plain');
    const bomb = gzipSync(Buffer.alloc(3_000_000));
    expect(answerText(bomb, { 'content-encoding': 'gzip' }, 4096)).toHaveLength(bomb.toString().length);
    expect(answerText(Buffer.from('too long'), {}, 3)).toBe('too');
  });
});

it('of an answer’s headers as many are kept as there is room for, and what decides about the next attempt', () => {
  const kept = keptHeaders({
    server: 'x',
    'set-cookie': ['a=1', 'b=2'],
    'x-long': 'y'.repeat(5000),
    'retry-after': '5',
  });
  expect(kept).toEqual({ server: 'x', 'set-cookie': 'a=1, b=2', 'retry-after': '5' });
});
