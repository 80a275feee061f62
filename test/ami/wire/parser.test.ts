import { describe, expect, it } from '@jest/globals';
import type { Packet } from '../../../src/ami/wire/packet.ts';
import { AmiParser } from '../../../src/ami/wire/parser.ts';

const NAMES = ['Hangup', 'VarSet', 'Newchannel', 'Newstate', 'DialBegin'];
const MAX = 4096;

/** What came out of one way of handing the bytes over: a banner, or a packet with all its headers. */
type Seen = { banner: string } | { event: string; headers: Record<string, unknown> };

function collector() {
  const seen: Seen[] = [];
  const parser = new AmiParser(
    NAMES,
    {
      packet: (packet: Packet) => seen.push({ event: packet.event, headers: { ...packet.toObject() } }),
      banner: (version) => seen.push({ banner: version }),
    },
    MAX,
  );
  return { parser, seen };
}

function parse(...chunks: Uint8Array[]): Seen[] {
  const { parser, seen } = collector();
  // The same memory for every chunk, as a socket's onread gives it.
  const shared = Buffer.alloc(64 * 1024);
  for (const chunk of chunks) {
    shared.set(chunk);
    parser.push(shared.subarray(0, chunk.length));
    shared.fill(0x2e, 0, chunk.length);
  }
  return seen;
}

/** The bytes whole, cut in two at every byte, and byte by byte: all must give the same. */
function atEveryCut(text: string | Buffer): Seen[] {
  const bytes = Buffer.from(text as string);
  const whole = parse(bytes);
  for (let cut = 1; cut < bytes.length; cut++) {
    const cutInTwo = parse(bytes.subarray(0, cut), bytes.subarray(cut));
    if (JSON.stringify(cutInTwo) !== JSON.stringify(whole))
      expect({ cut, seen: cutInTwo }).toEqual({ cut, seen: whole });
  }
  expect(parse(...Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(whole);
  return whole;
}

const hangup = (headers: Record<string, unknown>) => ({ event: 'Hangup', headers: { event: 'Hangup', ...headers } });

describe('blocks', () => {
  it('end with an empty line, CRLF', () => {
    expect(atEveryCut('Event: Hangup\r\nCause: 16\r\n\r\nEvent: Newstate\r\nChannel: PJSIP/101-1\r\n\r\n')).toEqual([
      hangup({ cause: '16' }),
      { event: 'Newstate', headers: { event: 'Newstate', channel: 'PJSIP/101-1' } },
    ]);
  });

  it('end with an empty line, lone LF', () => {
    expect(atEveryCut('Event: Hangup\nCause: 16\n\nEvent: Hangup\nCause: 17\n\n')).toEqual([
      hangup({ cause: '16' }),
      hangup({ cause: '17' }),
    ]);
  });

  it(String.raw`end with \r\n\n, as CoreShowChannelMap does, without swallowing the next`, () => {
    expect(atEveryCut('Response: Success\r\nChannel: x\r\n\nEvent: Hangup\r\nCause: 16\r\n\r\n')).toEqual([
      { event: '', headers: { response: 'Success', channel: 'x' } },
      hangup({ cause: '16' }),
    ]);
  });

  it.each(['Hangup', 'VarSet'])('end at the same place whether their lines are looked for or not: %s', (event) => {
    const strange = `Event: ${event}\r\n\r\r\nno header\n A: 1\nB: 2\r\n\n\n`;
    const next = 'Event: Hangup\n\r\nCause: 16\r\n\r\n';
    expect(atEveryCut(strange + next)).toEqual([
      { event, headers: { event, ' a': '1', b: '2' } },
      { event: 'Hangup', headers: { event: 'Hangup' } },
      { event: '', headers: { cause: '16' } },
    ]);
  });

  it('may have more than one empty line between them', () => {
    expect(atEveryCut('\r\n\r\nEvent: Hangup\r\n\r\n\r\n\r\n\nEvent: Hangup\r\n\r\n')).toEqual([
      hangup({}),
      hangup({}),
    ]);
  });

  it('follow the banner, which has no empty line', () => {
    expect(atEveryCut('Asterisk Call Manager/5.0.1\r\nResponse: Success\r\nMessage: ok\r\n\r\n')).toEqual([
      { banner: '5.0.1' },
      { event: '', headers: { response: 'Success', message: 'ok' } },
    ]);
  });

  it('of events that are not used are skipped, also when they resemble a used one', () => {
    expect(
      atEveryCut(
        'Event: Newexten\r\nValue: Event: Hangup\r\n\r\nEvent: Hangups\r\n\r\nEvent: Hangu\r\n\r\nEvent: Hangup\r\n\r\n',
      ),
    ).toEqual([hangup({})]);
  });

  it('without an end are an error with a reason, and the parser goes on with what comes after', () => {
    const { parser, seen } = collector();
    expect(() => parser.push(Buffer.from(`Event: Hangup\r\nX: ${'x'.repeat(MAX)}`))).toThrow(
      expect.objectContaining({ name: 'AmiError', code: 'AMI_BLOCK_TOO_LONG' }),
    );
    parser.push(Buffer.from('tail\r\n\r\nEvent: Hangup\r\n\r\n'));
    expect(seen.at(-1)).toEqual(hangup({}));
  });

  describe.each([
    ['of an event that is not used', 'Newexten'],
    ['of a VarSet', 'VarSet'],
  ])('far too long, %s', (_, name) => {
    const long = `Event: ${name}\r\nVariable: PAGE\r\nValue: ${'x\r\n y: '.repeat(MAX)}`;

    it.each(['\r\n\r\n', '\n\n', '\r\n\n'])('are skipped up to their end, %j', (lineEnds) => {
      expect(parse(Buffer.from(`${long}${lineEnds}Event: Hangup\r\nCause: 16\r\n\r\n`))).toEqual([
        hangup({ cause: '16' }),
      ]);
    });

    it('are skipped, wherever their end is cut', () => {
      const end = Buffer.from('\r\n\r\nEvent: Hangup\r\n\r\n');
      for (let cut = 0; cut <= end.length; cut++)
        expect(parse(Buffer.from(long), end.subarray(0, cut), end.subarray(cut))).toEqual([hangup({})]);
      expect(parse(Buffer.from(long), ...Array.from(end, (byte) => Buffer.from([byte])))).toEqual([hangup({})]);
    });

    it('keep no more than a few bytes', () => {
      const { parser } = collector();
      const before = process.memoryUsage().arrayBuffers;
      parser.push(Buffer.from(long));
      const megabyte = Buffer.alloc(1024 * 1024, 'x');
      for (let i = 0; i < 64; i++) parser.push(megabyte);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * megabyte.length);
    });

    it('are no event when the bytes are over before their end', () => {
      const { parser, seen } = collector();
      parser.push(Buffer.from(`${long}\r\n`));
      parser.end();
      parser.push(Buffer.from('Event: Hangup\r\n\r\n'));
      expect(seen).toEqual([hangup({})]);
    });
  });

  it('without an end are noticed in a drip of bytes too', () => {
    const { parser } = collector();
    const drip = () => {
      for (let i = 0; i < 2 * MAX; i++) parser.push(Buffer.from('x'));
    };
    expect(drip).toThrow('did not end');
  });

  it('may make up a chunk far longer than the longest block', () => {
    const { parser, seen } = collector();
    parser.push(Buffer.from('Event: Hangup\r\nCause: 16\r\n\r\n'.repeat(1000)));
    expect(seen).toHaveLength(1000);
  });

  it('that lack only their empty line count when the bytes are over', () => {
    const { parser, seen } = collector();
    parser.push(Buffer.from('Event: Hangup\r\nCause: 16\r\n'));
    expect(seen).toEqual([]);
    parser.end();
    expect(seen).toEqual([hangup({ cause: '16' })]);
  });

  it('that are cut in a line do not count when the bytes are over', () => {
    const { parser, seen } = collector();
    parser.push(Buffer.from('Event: Hangup\r\nCause: 1'));
    parser.end();
    expect(seen).toEqual([]);
  });
});

describe('headers', () => {
  it('are repeated', () => {
    expect(atEveryCut('Event: Hangup\r\nVariable: a=1\r\nVariable: b=2\r\nVariable: c=3\r\n\r\n')).toEqual([
      hangup({ variable: ['a=1', 'b=2', 'c=3'] }),
    ]);
  });

  it('may have colons and blanks in their values', () => {
    expect(
      atEveryCut('Event: Hangup\r\nAppData: a: b: c, "d"\r\nUrl:http://x:80/\r\nLed:   two blanks \r\n\r\n'),
    ).toEqual([hangup({ appdata: 'a: b: c, "d"', url: 'http://x:80/', led: '  two blanks ' })]);
  });

  it('are empty, with and without the blank', () => {
    expect(atEveryCut('Event: Hangup\r\nA: \r\nB:\r\nC: c\r\n\r\n')).toEqual([hangup({ a: '', b: '', c: 'c' })]);
  });

  it('come in any case of letters', () => {
    expect(atEveryCut('eVENT: HANGUP\r\nuniqueID: 1.2\r\n\r\n')).toEqual([
      { event: 'Hangup', headers: { event: 'HANGUP', uniqueid: '1.2' } },
    ]);
  });

  it('come before the name of the event', () => {
    expect(atEveryCut('Privilege: call,all\r\nEvent: Hangup\r\nCause: 16\r\n\r\n')).toEqual([
      { event: 'Hangup', headers: { privilege: 'call,all', event: 'Hangup', cause: '16' } },
    ]);
  });

  it('are skipped where a line is none', () => {
    expect(atEveryCut('# a note\r\nEvent: Hangup\r\nno header\r\nCause: 16\r\n\r\n')).toEqual([
      hangup({ cause: '16' }),
    ]);
  });

  it('number more than most events have', () => {
    const many = Array.from({ length: 200 }, (_, i) => `H${i}: ${i}\r\n`).join('');
    const [seen] = parse(Buffer.from(`Event: Hangup\r\n${many}\r\n`));
    expect(Object.keys((seen as { headers: object }).headers)).toHaveLength(201);
  });
});

describe('UTF-8', () => {
  it('is whole however it was cut', () => {
    expect(atEveryCut('Event: Hangup\r\nName: Ольга 🦊 Ångström\r\n\r\n')).toEqual([
      hangup({ name: 'Ольга 🦊 Ångström' }),
    ]);
  });

  it('that is none is replaced', () => {
    const bytes = Buffer.concat([
      Buffer.from('Event: Hangup\r\nName: M'),
      Buffer.from([0xfc]),
      Buffer.from('ller\r\n\r\n'),
    ]);
    expect(atEveryCut(bytes)).toEqual([hangup({ name: 'M�ller' })]);
  });
});

describe('answers of Command', () => {
  it('give their lines as Output', () => {
    expect(atEveryCut('Response: Success\r\nActionID: 1\r\nOutput: one\r\nOutput: \r\nOutput: a: b\r\n\r\n')).toEqual([
      { event: '', headers: { response: 'Success', actionid: '1', output: ['one', '', 'a: b'] } },
    ]);
  });

  it('before Asterisk 14 end with --END COMMAND--, not at an empty line', () => {
    expect(
      atEveryCut(
        'Response: Follows\r\nActionID: 1\r\none\n\nEvent: Hangup\n\n--END COMMAND--\r\n\r\nEvent: Hangup\r\nCause: 1\r\n\r\n',
      ),
    ).toEqual([
      { event: '', headers: { response: 'Follows', actionid: '1', event: 'Hangup' } },
      hangup({ cause: '1' }),
    ]);
  });
});

describe('a packet', () => {
  const first = (text: string, look: (packet: Packet) => unknown): unknown => {
    let result: unknown;
    new AmiParser(NAMES, { packet: (packet) => (result = look(packet)) }).push(Buffer.from(text));
    return result;
  };

  it('finds a header by its name in any case, the first one when it is repeated, whatever was asked before', () => {
    const asked = ['C', 'variable', 'VARIABLE', 'Absent', 'a'];
    expect(
      first('Event: Hangup\r\nA: 1\r\nVariable: x\r\nC: 3\r\nVariable: y\r\n\r\n', (packet) => [
        ...asked.map((name) => packet.get(name)),
        packet.has('c'),
        packet.has('cc'),
        packet.getAll('Variable'),
      ]),
    ).toEqual(['3', 'x', 'x', '', '1', true, false, ['x', 'y']]);
  });

  it('shows its own text', () => {
    expect(first('\r\nEvent: Hangup\r\nCause: 1\r\n\r\nEvent: Hangup\r\n', (packet) => packet.toString())).toBe(
      'Event: Hangup\r\nCause: 1\r\n\r\n',
    );
  });
});
