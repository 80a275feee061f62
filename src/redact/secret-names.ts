import { percentDecode } from '../percent-encode.ts';

/** Names of parameters and fields whose values are always secrets. */
const SECRET_NAME =
  /secret|token|(?<!com|by)pass(?!ed|ing|ive|enger|age|port)|pwd|api[-_. ]?key|(?:access|subscription|private|shared|license|account)[-_. ]?key|(?:^|[-_.])key$|(?<!un)auth(?!ors?$|or[-_]|enticated?$|ori[sz]ed?$)|signature|(?:^|[-_.])sig$|credential|cookie|jwt|bearer|session[-_]?id|^sess(?:ion)?$/i;

/** Names that mean a secret in a request, but other things in an answer: `"code": 200`. */
const SECRET_IN_REQUEST = /^(?:code|sid|pin)$/i;

/** Results by name: each request has the same few names. */
const REMEMBERED = new Map<string, boolean>();
const MOST_REMEMBERED = 1000;

/** Whether a parameter, a field or a header of this name is a secret, in a request. */
export function isSecretName(name: string): boolean {
  let isSecret = REMEMBERED.get(name);
  if (isSecret === undefined) {
    const plain = decoded(name);
    isSecret = SECRET_NAME.test(plain) || SECRET_IN_REQUEST.test(plain);
    if (REMEMBERED.size >= MOST_REMEMBERED) REMEMBERED.clear();
    REMEMBERED.set(name, isSecret);
  }
  return isSecret;
}

/** The same in what a receiver answers, where a short value of `code` is a result. */
export function isSecretInAnswer(name: string, value: string): boolean {
  const plain = decoded(name);
  return SECRET_NAME.test(plain) || (SECRET_IN_REQUEST.test(plain) && /^(?=.*[a-z])(?=.*\d).{8,}$/i.test(value));
}

const decoded = (name: string) => (name.includes('%') ? (percentDecode(name) ?? name) : name);

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Path segments that a webhook's secret often follows, not always directly: `/hooks/…`, `/api/webhooks/ID/TOKEN`,
 * `/trigger/x/with/key/…`.
 */
const HOOK = /^(?:hooks?|webhooks?|webhookb2|incomingwebhook|services|workflows|triggers?|catch)$/i;
/** Path segments that a secret follows directly. */
const BEFORE_SECRET = /^(?:key|api[-_]?key|token|access[-_]?token|secret)$/i;

/**
 * Whether one segment of a path is a secret: it looks generated, or stands where services have their tokens (Slack,
 * Discord, Teams, Zapier, IFTTT, Telegram), or both.
 * @param before the segments before it
 */
export function isSecretSegment(segment: string, before: readonly string[]): boolean {
  const last = before.at(-1) ?? '';
  if (UUID.test(segment)) return true;
  // Slack: /services/T0000/B0000/XXXX
  if (/^B[A-Z0-9]*\d[A-Z0-9]*$/.test(last) && /^T[A-Z0-9]*\d[A-Z0-9]*$/.test(before.at(-2) ?? '')) return true;
  if (/^bot\d+:[\w-]{8,}$/.test(segment)) return true;
  if (BEFORE_SECRET.test(last) && segment.length >= 6) return true;
  const isMixed = /[a-z]/i.test(segment) && /\d/.test(segment);
  if (before.some((one) => HOOK.test(one)) && /^[\w@-]+$/.test(segment)) {
    // `phone101` and `line-2` are names that people give.
    if (isMixed ? segment.length >= 6 && !/^[a-z]+[-_]?\d{1,4}$/i.test(segment) : segment.length >= 24) return true;
  }
  // 16 letters and digits without a sign between them; or 24 characters with signs, in upper and lower case.
  if (isMixed && /[A-Za-z0-9]{16,}/.test(segment) && /^[\w-]+$/.test(segment)) return true;
  return isMixed && segment.length >= 24 && /^[\w-]+$/.test(segment) && /[a-z]/.test(segment) && /[A-Z]/.test(segment);
}
