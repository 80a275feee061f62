import { Webhook } from 'standardwebhooks';

/**
 * The headers of Standard Webhooks. `id.timestamp.body` is signed; a GET has an empty body.
 * @param secrets one, or two while one replaces the other: the receiver may know either
 * @param now milliseconds since 1970
 */
export function signatureHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const at = new Date(now);
  return {
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
