import { CALL_EVENT_TITLES, type CallEventName } from '../../call-event-names.ts';
import type { DeliveryRow } from '../../delivery/admin.ts';
import { lengthText } from '../render/time.ts';

/** `Dial-In`; an event of a newer version as it stands. */
export const eventTitle = (event: string): string => CALL_EVENT_TITLES[event as CallEventName] ?? event;

/** `crm.example.com`, with a port that is not the usual one. */
export const hostOf = (target: string): string => URL.parse(target)?.host ?? target;

/** How a delivery stands, in words, and whether that is good. */
export interface Standing {
  words: string;
  kind: 'good' | 'bad' | 'wait';
  /** A sign beside the word, for those who do not see colours. */
  sign: string;
}

/**
 * `delivered`, `dead, after 3 tries`, `waits: third of 8 tries, in 12 s`.
 * @param tries how many the schedule of its rule has; absent: not known
 */
export function standingOf(
  { state, attempts, nextAttemptAt }: Pick<DeliveryRow, 'state' | 'attempts' | 'nextAttemptAt'>,
  now: number,
  tries?: number,
): Standing {
  if (state === 'delivered')
    return { words: attempts > 1 ? `delivered, ${ordinal(attempts)} try` : 'delivered', kind: 'good', sign: '✓' };
  if (state === 'dead') {
    const after = attempts === 0 ? 'not tried' : `after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
    return { words: `dead, ${after}`, kind: 'bad', sign: '✗' };
  }
  const of = tries === undefined || attempts >= tries ? '' : ` of ${tries}`;
  const next = of === '' ? `${ordinal(attempts + 1)} try` : `${ordinal(attempts + 1)}${of} tries,`;
  const when = nextAttemptAt === undefined || nextAttemptAt <= now ? 'now' : `in ${lengthText(nextAttemptAt - now)}`;
  if (attempts === 0 && when === 'now') return { words: 'waits to be sent', kind: 'wait', sign: '…' };
  return { words: `waits: ${next} ${when}`, kind: 'wait', sign: '…' };
}

const WORDS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** `third`, `12th` */
function ordinal(number: number): string {
  const word = WORDS[number - 1];
  if (word !== undefined) return word;
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}

/** `1 delivery`, `3 deliveries`, `1,204 deliveries` */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
