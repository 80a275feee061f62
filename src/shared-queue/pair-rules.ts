/*
 * Which of two services on one Asterisk sends what one of them has not seen from its beginning. There is no leader: each decides
 * for itself, by what all have written into the database, and by the database's clock.
 */

/** A service that has not said for so long that it hears Asterisk is dead, or hears it no more. It says so every two seconds. */
export const STALE_MS = 7000;
/** One that has been silent for so long is no partner any more. */
export const FORGOTTEN_MS = 600_000;
/** What one service has seen, another one has read from its own connection by then. */
const APART_MS = 5000;

/** A service that hears an Asterisk. All times are milliseconds since 1970 by the database's clock. */
export interface Beat {
  service: string;
  /** When it last said that it hears Asterisk. */
  beatAt: number;
  /** Since when it has heard it without a gap. */
  connectedAt: number;
  /** What it had made by then is in the queue. */
  movedUntil: number;
  /** Whether Asterisk says to it when it was started: that is part of the ids. */
  knowsStartup: boolean;
}

export interface PairView {
  now: number;
  /** This service; absent: it does not hear Asterisk now. */
  me: Beat | undefined;
  /** Since when this service has read the beats without a pause: before that nobody could write any. */
  readingSince: number;
  others: readonly Beat[];
}

/** What becomes of a delivery: it goes into the queue, it waits, or it is left to another service for good. */
export type Passage = 'now' | 'later' | 'never';

/**
 * What this service has not seen from its beginning waits as long as another one hears Asterisk that has listened for longer.
 * That one has seen more, and decides.
 * @param madeAt when its call event was seen
 * @param partial whether its beginning was not seen
 */
export function passageOf(madeAt: number, partial: boolean, view: PairView): Passage {
  const elders = view.others.filter((other) => isElder(other, view) && other.connectedAt < madeAt);
  // Ids without the start-up time are others: of two services only the one that knows it may send.
  const better = elders.filter((other) => partial || (other.knowsStartup && view.me?.knowsStartup === false));
  if (better.length === 0) return 'now';
  return better.some(({ movedUntil }) => movedUntil > madeAt + APART_MS) ? 'never' : 'later';
}

/** Whether another service lives and has listened for longer. */
function isElder(other: Beat, view: PairView): boolean {
  if (isStale(other, view)) return false;
  const { me } = view;
  if (me === undefined) return true;
  if (me.knowsStartup !== other.knowsStartup) return other.knowsStartup;
  if (me.connectedAt !== other.connectedAt) return other.connectedAt < me.connectedAt;
  return other.service < me.service;
}

/** Whether a service is dead, or hears Asterisk no more. */
export function isStale({ beatAt }: Beat, { now, readingSince }: Pick<PairView, 'now' | 'readingSince'>): boolean {
  return now - beatAt > FORGOTTEN_MS || now - Math.max(beatAt, readingSince) > STALE_MS;
}
