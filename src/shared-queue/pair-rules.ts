/*
 * Which of two services on one Asterisk sends what one of them has not seen from its beginning. There is no leader:
 * each decides for itself, by what all have written into the database, and by the database's clock.
 */

/** A service that has not said within this time that it hears Asterisk, as it does every second, is dead or deaf. */
export const STALE_MS = 7000;
/** One whose deliveries have not got into the queue for this time is of no use to the others, either. */
const STUCK_MS = 30_000;
/** One that has been silent for this time is no partner any more. */
export const FORGOTTEN_MS = 3_600_000;
/** What one service has seen, another one has read from its own connection by then. */
const APART_MS = 2000;

/** A service that hears an Asterisk. All times are milliseconds since 1970 by the database's clock. */
export interface Beat {
  service: string;
  /** When it last said that it hears Asterisk. */
  beatAt: number;
  /** What it had made by then is in the queue, but for what it leaves to others. */
  movedUntil: number;
  /** Whether Asterisk says to it when it was started: that is part of the ids. */
  knowsStartup: boolean;
}

export interface PairView {
  now: number;
  /** Whether Asterisk says to this service when it was started. */
  knowsStartup: boolean;
  /** Since when this service has read the beats without a pause: before that no service could write any. */
  readingSince: number;
  others: readonly Beat[];
}

/** A delivery that waits for what other services know of its leg. */
export interface UndecidedDelivery {
  id: string;
  /** The order of its event within the leg. */
  rank: number;
  /** Of its leg. */
  legKey: string;
  uniqueid: string;
  /** When its call event was seen, by the database's clock. */
  madeAt: number;
  /** Whether the beginning of its leg was not seen. */
  isPartial: boolean;
}

/** A leg that another service has published as its own. */
export interface PublishedLeg {
  service: string;
  legKey: string;
  /** One of its channels. */
  channel: string;
  /** Its call has ended, and all that was to be said of it is in the queue. */
  hasEnded: boolean;
}

export interface Evidence {
  /** Ids that are in the queue. */
  ids: ReadonlySet<string>;
  /** Of legs that are in the queue, by name: the rank of the last event there. */
  ranks: ReadonlyMap<string, number>;
  published: readonly PublishedLeg[];
}

/**
 * `later`: it waits. `now`: it goes into the queue, and its leg is this service's. `known`: another service has said
 * it. `never`: another service knows that there is no such leg, but one of another name.
 */
export type Passage = 'later' | 'now' | 'known' | 'never';

/**
 * What becomes of a delivery whose leg was not seen from its beginning. Another service that has seen it says all of it
 * while it lives; what it has not said when it is dead is said here. What no service has seen from its beginning, all
 * send, once each had time to report it.
 */
export function passageOf(undecided: UndecidedDelivery, { ids, ranks, published }: Evidence, view: PairView): Passage {
  const living = view.others.filter((other) => !isStale(other, view));
  const rank = ranks.get(undecided.legKey) ?? 0;
  // Ids without the start-up time are others: of two services only the one that knows it may send.
  const better = view.knowsStartup ? [] : living.filter(({ knowsStartup }) => knowsStartup);
  if (better.length > 0 && rank === 0) return better.some((other) => hasSaid(other, undecided)) ? 'never' : 'later';
  if (!undecided.isPartial) return 'now';
  // What comes before in the leg is all there.
  if (ids.has(undecided.id) || rank > undecided.rank) return 'known';
  const onChannel = published.filter(({ channel }) => channel === firstChannelOf(undecided));
  const same = onChannel.filter(({ legKey }) => legKey === undecided.legKey);
  if (same.length > 0) {
    if (same.some(({ hasEnded }) => hasEnded)) return 'known';
    return same.some(({ service }) => living.some((other) => other.service === service)) ? 'later' : 'now';
  }
  if (rank > 0) return 'now';
  if (onChannel.some(({ legKey }) => legKey.endsWith(restOf(undecided)))) return 'never';
  return living.every((other) => hasSaid(other, undecided)) ? 'now' : 'later';
}

/** Whether all that a service has seen until this happened is in the queue. */
function hasSaid({ movedUntil }: Beat, { madeAt }: UndecidedDelivery): boolean {
  return movedUntil > madeAt + APART_MS;
}

/** Whether a service is dead, hears Asterisk no more, or cannot say what it hears. */
export function isStale(
  { beatAt, movedUntil }: Beat,
  { now, readingSince }: Pick<PairView, 'now' | 'readingSince'>,
): boolean {
  return now - Math.max(beatAt, readingSince) > STALE_MS || now - Math.max(movedUntil, readingSince) > STUCK_MS;
}

/** A queue's leg has the number of its caller's join behind the Uniqueid. */
export const firstChannelOf = ({ uniqueid }: { uniqueid: string }) => uniqueid.replace(/-\d+$/, '');

/** Extension, flow and start-up time, as they stand in a leg's name. */
const restOf = ({ legKey, uniqueid }: UndecidedDelivery) => legKey.slice(uniqueid.length);
