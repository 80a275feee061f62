import type { Written } from '../../config/edit/config-editor.ts';
import type { Redactor } from '../../redact/redactor.ts';
import { isSecretName } from '../../redact/secret-names.ts';

type Value = Written[string];

/** Stands in a form for a secret, which is put back when the form is sent. */
const MASK = '***';

const REFERENCES = /\$\{(?:file|env|credential):[^}]*\}/g;
const SCHEME = /^(?:Basic|Bearer|Token|ApiKey)?\s*$/i;

/** A rule with masks in the place of secrets; references to secrets stay. */
export function maskRule(rule: Written, redactor: Redactor): Written {
  return Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, maskValue(key, value, redactor)]));
}

function maskValue(name: string, value: Value, redactor: Redactor): Value {
  if (Array.isArray(value)) return value.map((one) => maskValue(name, one, redactor));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, maskValue(nameWithin(name, key), one, redactor)]),
    );
  if (typeof value !== 'string' || value === '') return value;
  if (name === 'url') return redactor.url(value);
  if (name === 'secrets' || isSecretName(name)) return isReference(value) ? value : MASK;
  return redactor.redactKnownSecrets(value);
}

/** Within `headers` and the like `url` is not the rule's URL. */
const nameWithin = (name: string, key: string) => (name === 'url' ? 'value' : key === 'url' ? 'value' : key);

/** Whether a text has only references, and no secret itself. */
const isReference = (value: string) => value.search(REFERENCES) >= 0 && SCHEME.test(value.replaceAll(REFERENCES, ''));

/** A mask without a secret that it could stand for. */
export interface StrayMask {
  /** `url`, `headers.Authorization`. */
  field: string;
  message: string;
}

/**
 * Replaces the masks of a form by their secrets.
 * @param given keys with new values
 * @param rule as it stands in config.yaml; absent: a new one, which has no secrets yet
 */
export function unmaskRule(
  given: Written,
  rule: Written | undefined,
  redactor: Redactor,
): { rule: Written; stray: StrayMask[] } {
  const stray: StrayMask[] = [];
  const masked = rule && maskRule(rule, redactor);
  const entries = Object.entries(given).map(([key, value]): [string, Value] => [
    key,
    unmaskValue(key, value, masked?.[key], rule?.[key], stray),
  ]);
  return { rule: Object.fromEntries(entries), stray };
}

function unmaskValue(
  field: string,
  value: Value,
  masked: Value | undefined,
  real: Value | undefined,
  stray: StrayMask[],
): Value {
  if (typeof value === 'string') {
    if (!value.includes(MASK)) return value;
    const found = typeof masked === 'string' && typeof real === 'string' ? unmaskText(value, masked, real) : undefined;
    if (found === undefined)
      stray.push({
        field,
        message: `"${MASK}" stands for a secret, and there is none in its place; write the secret, or a reference to it`,
      });
    return found ?? value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const within = (key: string | number, one: Value): Value =>
    unmaskValue(`${field}.${key}`, one, inside(masked, key), inside(real, key), stray);
  if (Array.isArray(value)) return value.map((one, index) => within(index, one));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, within(key, one)]));
}

function inside(value: Value | undefined, key: string | number): Value | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (Reflect.get(value, key) as Value) : undefined;
}

/** Each mask stands for the secret that stood behind the same beginning: `token=`, `https://`. */
function unmaskText(text: string, masked: string, real: string): string | undefined {
  if (text === masked) return real;
  const secrets = secretsBehind(masked, real);
  let missing = false;
  const pieces = text.split(MASK);
  const whole = pieces.reduce((before, piece) => {
    const at = secrets.findIndex(({ lead }) => lead === leadOf(before));
    const [secret] = at < 0 ? [] : secrets.splice(at, 1);
    missing ||= secret === undefined;
    return before + (secret?.text ?? MASK) + piece;
  });
  return missing ? undefined : whole;
}

function secretsBehind(masked: string, real: string): { lead: string; text: string }[] {
  const [first = '', ...pieces] = masked.split(MASK);
  const found: { lead: string; text: string }[] = [];
  let at = first.length;
  let lead = leadOf(first);
  pieces.forEach((piece, index) => {
    const end = index === pieces.length - 1 ? real.length - piece.length : real.indexOf(piece, at);
    found.push({ lead, text: real.slice(at, end) });
    at = end + piece.length;
    lead = leadOf(piece);
  });
  return found;
}

const leadOf = (before: string) => /[^?&;#/=@:\s]*[?&;#/=@:\s]*$/.exec(before)?.[0].replace(/^[?&;]/, '') ?? '';
