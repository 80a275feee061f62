import { describe, expect, it } from '@jest/globals';
import { LineFinder } from '../../../src/ami/wire/line-finder.ts';
import { Header, Packet } from '../../../src/ami/wire/packet.ts';

function packetOf(text: string): Packet {
  const bytes = Buffer.from(`Event: before\r\n\r\n${text}\r\n\r\n`);
  const lines = new LineFinder(bytes.length);
  lines.bytes.set(bytes);
  const packet = new Packet();
  packet.set('VarSet', lines, 17, bytes.length);
  return packet;
}

const EVENT =
  'Event: VarSet\r\nTimestamp: 1795469549.499693\r\nCallerIDNum: 1\r\nChannelState: 6\r\nVariable: A\r\nVALUE:b: c';

describe('Packet', () => {
  it('finds the last of a header, in any case and with or without the blank', () => {
    const packet = packetOf(`${EVENT}\nvariable: Z`);
    expect(packet.last(new Header('Variable'))).toBe('Z');
    expect(packet.last(new Header('Value'))).toBe('b: c');
    expect(packet.last(new Header('Event'))).toBe('VarSet');
    expect(packet.last(new Header('ariable'))).toBe('');
    expect(packet.last(new Header('before'))).toBe('');
  });

  it('finds the next headers, those before the last one found too', () => {
    const packet = packetOf(EVENT);
    expect(packet.nextInteger(new Header('ChannelState'))).toBe(6);
    expect(packet.next(new Header('Variable'))).toBe('A');
    expect(packet.next(new Header('CallerIDNum'))).toBe('1');
    expect(packet.next(new Header('Nothing'))).toBe('');
    expect(packet.next(new Header('Variable'))).toBe('A');
  });

  it('distinguishes header names of one length and the same ends', () => {
    const packet = packetOf('Cancelled: 1\r\nChannelled: 2\r\nChaxnelled: 3');
    expect(packet.get('Channelled')).toBe('2');
    expect(packet.get('Chaxnelled')).toBe('3');
    expect(packet.get('Chaynelled')).toBe('');
  });

  it.each([
    ['5', 5],
    ['0', 0],
    ['', -1],
    ['-1', -1],
    ['1.5', -1],
    ['12345678901', -1],
  ])('reads the integer %j as %d', (text, value) => {
    expect(packetOf(`Event: x\r\nChannelState: ${text}`).nextInteger(new Header('ChannelState'))).toBe(value);
  });

  it.each([
    ['1795469549.499693', 1795469549500],
    ['1795469549.4994', 1795469549499],
    ['1795469549', 1795469549000],
    ['1795469549.', 1795469549000],
    ['', undefined],
    ['0', undefined],
    ['soon', undefined],
    ['1.2.3', undefined],
    ['8640000000000', 8.64e15],
    ['8640000000000.001', undefined],
    ['99999999999999999999', undefined],
    [`1.${'0'.repeat(400)}`, undefined],
  ])('reads the seconds %j as %d milliseconds', (text, value) => {
    expect(packetOf(`Event: x\r\nTimestamp: ${text}`).nextMilliseconds(new Header('Timestamp'))).toBe(value);
  });
});
