const MAGIC: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], 'it is compressed (gzip); unpack it on the way: zcat FILE | call-events replay -'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed (zstd); unpack it on the way: zstdcat FILE | call-events replay -'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it is compressed (xz); unpack it on the way: xzcat FILE | call-events replay -'],
  [[0x42, 0x5a, 0x68], 'it is compressed (bzip2); unpack it on the way: bzcat FILE | call-events replay -'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive; unpack it first'],
  [[0xff, 0xfe], 'it is UTF-16; save it as UTF-8'],
  [[0xfe, 0xff], 'it is UTF-16; save it as UTF-8'],
  ...[
    [0xd4, 0xc3, 0xb2, 0xa1],
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0x4d, 0x3c, 0xb2, 0xa1],
    [0x0a, 0x0d, 0x0d, 0x0a],
  ].map(
    (bytes) =>
      [
        bytes,
        'it is a capture of packets (pcap); take the text out: tcpflow -C -r FILE, or use call-events record',
      ] as const,
  ),
];

/** A line of `tcpdump -A` before each packet, whose binary header spoils the first event that is in it. */
const TCPDUMP = /^\d\d:\d\d:\d\d\.\d+ IP6? \S+ > \S+: (?:Flags|tcp)/m;
/** A line of Asterisk's own log. */
const ASTERISK_LOG = /^\[[^\]]+\] (?:VERBOSE|NOTICE|WARNING|ERROR|DEBUG)\[/m;

/**
 * The kind of a file that is no log of AMI and cannot be replayed; absent when it may be one.
 * @param beginning its first bytes
 */
export function unsupportedInput(beginning: Uint8Array): string | undefined {
  const known = MAGIC.find(([bytes]) => bytes.every((byte, index) => beginning[index] === byte));
  if (known !== undefined) return known[1];
  const text = Buffer.from(beginning.subarray(0, 4096)).toString('latin1');
  if (TCPDUMP.test(text))
    return 'it is the output of tcpdump -A, in which the first event of each packet is spoilt; take the text out of the packets: tcpflow -C port 5038, or use call-events record';
  if (ASTERISK_LOG.test(text) && !/^Event: /m.test(text))
    return "it is Asterisk's own log, and not the text of AMI, which call-events record writes";
  return undefined;
}
