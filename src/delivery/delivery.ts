import { type CallEvent, type CallEventName, legKeyOf } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';
import type { RuleRequest } from '../rules/request.ts';
import { deliveryIdOf } from './delivery-id.ts';

/** One call event for one rule, as the outbox keeps it. */
export interface Delivery {
  /** `webhook-id`. */
  id: string;
  event: CallEventName;
  ruleId: string;
  callId: string;
  extension: string;
  /** Names the leg: deliveries of one leg to one target are sent one after the other. */
  legKey: string;
  /** Scheme, host and port: `https://crm.example.com:443`. */
  target: string;
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  /** Absent for a GET. */
  body: string | undefined;
  /** When the call event happened, milliseconds since 1970 by this machine's clock. */
  createdAt: number;
  /**
   * The call event that each attempt's request is made from; absent: an older version made the delivery, or its number
   * was forgotten.
   */
  callEvent?: CallEvent;
  /** The rule that the request was made from; absent: it was made in another run. */
  madeFrom?: Rule;
  /** Why it is not sent, unless it is retried by hand; absent: it is to be sent. */
  dead?: string;
}

/** Finds a delivery in the outbox, where the rows of a call lie together. */
export type DeliveryKey = Pick<Delivery, 'callId' | 'id'>;

/**
 * @param now milliseconds since 1970 by this machine's clock; the PBX may have another one
 * @param made the call event and the rule of the request; absent: it is sent once, and not kept
 */
export function deliveryOf(
  request: RuleRequest,
  now: number,
  made: Pick<Delivery, 'callEvent' | 'madeFrom'> = {},
): Delivery {
  const { leg, callId } = request;
  return {
    id: deliveryIdOf(request),
    event: request.event,
    ruleId: request.ruleId,
    callId,
    extension: leg.extension,
    legKey: legKeyOf(leg),
    target: targetOf(request.url),
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: request.body,
    createdAt: now,
    ...made,
  };
}

/**
 * Scheme, host and port of a URL; the URL itself when it is not one, so that the attempt says what is wrong with it.
 */
export function targetOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  const { protocol, hostname, port } = parsed;
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
