import type { Clock } from '../clock.ts';
import type { Delivery } from '../delivery.ts';
import type { ReceiverTls } from '../http/agents.ts';
import type { AttemptResult } from '../http/attempt-result.ts';
import type { SendRequest } from '../http/sender.ts';
import { signatureHeaders } from '../http/signature.ts';
import type { Schedule } from './retry-schedule.ts';

/** How one rule's deliveries are sent. */
export interface DeliveryPolicy {
  schedule: Schedule;
  timeoutMs: number;
  /** Signs with these; none: unsigned. */
  secrets: readonly string[];
  /** Status codes besides 2xx that count as delivered. */
  accept?: readonly number[];
  /** How TLS is spoken; absent: as usual. */
  tls?: ReceiverTls | undefined;
}

/** One attempt and its result. */
export interface CompletedAttempt {
  result: AttemptResult;
  /** When it began, milliseconds since 1970. */
  at: number;
  durationMs: number;
}

/** Signs and sends a delivery once. The id is the same on every attempt; the signature is made anew. */
export async function attempt(
  delivery: Delivery,
  { secrets, timeoutMs, tls }: DeliveryPolicy,
  { send, clock }: { send(request: SendRequest): Promise<AttemptResult>; clock: Clock },
): Promise<CompletedAttempt> {
  const at = clock.now();
  const began = clock.monotonic();
  const { id, method, url, body } = delivery;
  const signature = secrets.length === 0 ? {} : signatureHeaders(id, body ?? '', secrets, at);
  const headers = { ...delivery.headers, 'webhook-id': id, ...signature };
  const result = await send({ method, url, headers, body, timeoutMs, ...(tls !== undefined && { tls }) });
  return { result, at, durationMs: Math.round(clock.monotonic() - began) };
}
