import type { DeliveryRow } from '../../delivery/admin.ts';
import { CALL_EVENT_TITLES, type CallEventName } from '../../event-and-parameter-names.ts';
import { lengthText } from '../render/time.ts';

/** `Dial-In`; an event of a newer version by its name. */
export const eventTitle = (event: string): string => CALL_EVENT_TITLES[event as CallEventName] ?? event;

/** `crm.example.com`, with its port unless that is the usual one. */
export const hostOf = (target: string): string => URL.parse(target)?.host ?? target;

/** The state of a delivery in words, and whether it is good. */
export interface Standing {
  words: string;
  kind: 'good' | 'bad' | 'wait';
  /** A sign beside the words, for people who do not see colours. */
  sign: string;
}

/**
 * `delivered`, `dead, after 3 tries`, `waits: third of 8 tries, in 12 s`.
 * @param tries the number of tries in its rule's schedule; absent: not known
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
