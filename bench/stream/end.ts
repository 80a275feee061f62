const UNIQUEID = '1700000000.9999999999';

/** The event that ends a stream, and how to know it. Every client gives it. */
export const END_OF_STREAM = {
  uniqueid: UNIQUEID,
  text: `Event: Hangup\r\nPrivilege: call,all\r\nChannel: Bench/end-00000000\r\nUniqueid: ${UNIQUEID}\r\nLinkedid: ${UNIQUEID}\r\nCause: 16\r\n\r\n`,
};
