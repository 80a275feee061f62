import type { Delivery, DeliveryKey } from './delivery.ts';

/** The state of a pending delivery, without its request. */
export interface PendingDelivery extends DeliveryKey, Pick<Delivery, 'event' | 'ruleId' | 'legKey' | 'target'> {
  /**
   * When its retry window began, milliseconds since 1970: when it was made, or when it was last set to be sent again.
   */
  windowStartedAt: number;
  /** The number of attempts in all. */
  attempts: number;
  /** The attempts before its retry window: when it was set to be sent again, its schedule began anew. */
  attemptsBeforeWindow: number;
  refusals: number;
  /** Milliseconds since 1970; absent: at once. */
  nextAt: number | undefined;
  /** Its stored request is sent: an older version has made it, without its call event. */
  isFixed?: true;
}

/**
 * Whether it is a Hangup or Missed that was never tried in its retry window. The leg's Dial may have been sent, and a
 * caller has to be called back tomorrow as well, so age alone is no reason to let it go.
 */
export function isUntriedHangup({ event, attempts, attemptsBeforeWindow }: PendingDelivery): boolean {
  return (event === 'hangup' || event === 'missed') && attempts === attemptsBeforeWindow;
}

/** A delivery that has just been written. */
export function pendingOf({
  id,
  callId,
  event,
  ruleId,
  legKey,
  target,
  createdAt,
  callEvent,
}: Delivery): PendingDelivery {
  const begins = { attempts: 0, attemptsBeforeWindow: 0, refusals: 0, nextAt: undefined };
  const fixed = callEvent === undefined ? ({ isFixed: true } as const) : {};
  return { id, callId, event, ruleId, legKey, target, windowStartedAt: createdAt, ...begins, ...fixed };
}
