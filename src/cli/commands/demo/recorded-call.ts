/** Between two blocks of a log that has no timestamps. */
const GAP_WITHOUT_TIMESTAMPS_MS = 20;
/** No pause of the recording is played longer than this: nobody wants to watch a phone ring for half a minute. */
const LONGEST_PAUSE_MS = 3000;
/** Recorded calls were often made by programs, which answer at once; a person who looks on wants to see it ring. */
const LINGER_MS = 2500;
/** More channels than a recording has. */
const IDS_OF_A_PLAYING = 1000;

/** One event of a recording. */
export interface Block {
  text: string;
  /** How long after the block before it. */
  pauseMs: number;
}

/**
 * The events of recorded AMI text, each with its pause. @param lingers whether ringing and talking take a while at
 * least
 */
export function blocksOf(log: string, lingers = false): Block[] {
  let before: number | undefined;
  let last = '';
  return log
    .split(/\r?\n\r?\n/)
    .filter((block) => /^Event: /m.test(block))
    .map((block) => {
      const stamp = /^Timestamp: *([\d.]+)/m.exec(block)?.[1];
      const at = stamp === undefined ? undefined : Number(stamp) * 1000;
      const pause = at === undefined || before === undefined ? GAP_WITHOUT_TIMESTAMPS_MS : at - before;
      before = at ?? before;
      const [, event = ''] = /^Event: *(\w+)/m.exec(block) ?? [];
      const isTurn = event !== last && /^(?:DialEnd|Hangup|HangupRequest|Pickup)$/.test(event);
      last = event;
      return {
        text: `${block.trim().replaceAll(/\r?\n/g, '\r\n')}\r\n\r\n`,
        pauseMs: Math.min(Math.max(pause, lingers && isTurn ? LINGER_MS : 0), LONGEST_PAUSE_MS),
      };
    });
}

/**
 * Makes another call of a recorded one: now, and with ids of its own, so that it can be played again.
 * @param playing the number of this playing, another one each time
 * @param now milliseconds since 1970
 */
export function renewer(blocks: readonly Block[], playing: number, now: number): (text: string, at: number) => string {
  const [, first = '0'] = /^(?:Uniqueid|Linkedid): *(\d{10})\./m.exec(blocks.map(({ text }) => text).join('')) ?? [];
  const later = Math.floor(now / 1000) - Number(first);
  return (text, at) =>
    text
      .replaceAll(
        /^(\w*(?:Uniqueid|Linkedid): *)(\d{10})\.(\d+)/gim,
        (_, name: string, seconds: string, id: string) =>
          `${name}${Number(seconds) + later}.${Number(id) + playing * IDS_OF_A_PLAYING}`,
      )
      .replaceAll(/^(Timestamp: *)[\d.]+/gm, (_, name: string) => `${name}${(at / 1000).toFixed(6)}`);
}
