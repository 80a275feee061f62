/**
 * The formats of recorded AMI: as Asterisk sent it; with a prefix before each line, added by tools for logs and mails;
 * or as printed by programs from the events of an AMI library.
 */
export type RecordingFormat =
  | { kind: 'ami' }
  /** `prefix` matches the prefix of a line, `sample` is the first prefix that was found. */
  | { kind: 'prefixed'; prefix: RegExp; sample: string }
  | { kind: 'json' };

/** The longest prefix: behind a longer text, `Event:` is only mentioned. */
const LONGEST_PREFIX = 120;

/** The beginning of an event with its prefix; `SubEvent` is a different header. */
const EVENT = /^(.*?)(?<![a-z])event: ?[a-z]\w*\s*$/i;

/** A text that begins like a header of AMI, without the blank that a program may have left out. */
const BEGINNING_OF_HEADER = /^[a-z][\w-]*:/i;

/**
 * The format of a log, by its first lines.
 * @param isAll whether that is all of it
 * @returns absent as long as they do not show it
 */
export function detectFormat(beginning: string, isAll: boolean): RecordingFormat | undefined {
  const lines = beginning.split('\n').map((line) => line.replace(/\r$/, ''));
  // The line may not be complete.
  if (!isAll) lines.pop();
  const samples = lines.flatMap((line) => {
    const sample = EVENT.exec(line)?.[1];
    return sample === undefined || sample.length > LONGEST_PREFIX ? [] : [{ sample, line }];
  });
  const plain = samples.find(({ sample }) => sample === '');
  // Some ways to copy a text double the CR.
  if (plain !== undefined)
    return plain.line.endsWith('\r') ? { kind: 'prefixed', prefix: /^/, sample: '' } : { kind: 'ami' };
  // After it, for a value of AMI may be JSON.
  if (lines.some((line) => eventInJson(line) !== undefined)) return { kind: 'json' };
  for (const { sample } of samples) {
    const prefix = patternOfPrefix(sample);
    const alike = lines.filter((line) => prefix.test(line) && BEGINNING_OF_HEADER.test(line.replace(prefix, '')));
    // A single one may be a value that mentions an event.
    if (alike.length > 1 || isAll) return { kind: 'prefixed', prefix, sample };
  }
  return undefined;
}

/** The recognised format in words, for the user; absent for plain AMI. */
export function describeFormat(format: RecordingFormat): string | undefined {
  if (format.kind === 'ami') return undefined;
  if (format.kind === 'json') return 'read as one JSON object a line';
  return format.sample.trim() === ''
    ? 'read as AMI text with other line ends or blanks'
    : `read as AMI text with something like "${format.sample.trim()}" before its lines`;
}

/** Matches prefixes like this one: other times, other numbers, the other direction. */
function patternOfPrefix(sample: string): RegExp {
  const text = sample.trimEnd();
  const gap = sample.slice(text.length);
  const alike = text
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\d+/g, '\\d+')
    .replaceAll(/[<>]/g, '[<>]')
    .replaceAll(/\b[A-Z][a-z]{2}\b/g, '[A-Z][a-z]{2}')
    .replaceAll(/\b[AP]M\b/g, '[AP]M');
  return new RegExp(gap === '' ? `^${alike}` : `^${alike}(?:${gap}|\\s*$)`);
}

/** Before a value of AMI, which may be JSON too; but `Event: {` is how a program prints one. */
const VALUE_OF_HEADER = /^(?!Event)[A-Z][A-Za-z-]*[a-z][A-Za-z-]*(?:\([^)]*\))?: ?$/;

type Fields = Record<string, unknown>;

/** The event of a line of JSON, also one within another object; absent when there is none in it. */
export function eventInJson(line: string): Fields | undefined {
  const object = parseObject(line);
  if (object === undefined) return undefined;
  return [object, ...Object.values(object).filter(isObject)].find((one) =>
    Object.entries(one).some(([key, value]) => key.toLowerCase() === 'event' && typeof value === 'string'),
  );
}

/** A JSON object that is all of a line, but for a time and the like before it, and a comma behind it. */
export function parseObject(line: string): Fields | undefined {
  const [, before = '', text] = /^([^{"]*)(\{.*\})\s*,?\s*$/.exec(line) ?? [];
  if (text === undefined || VALUE_OF_HEADER.test(before)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
