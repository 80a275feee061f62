/** What differs from one call to the next in recorded AMI text. */
export type Kind = 'second' | 'uniqueid' | 'channel' | 'bridge' | 'caller' | 'called';

interface Form {
  kind: Kind;
  /** Its only group is what is written anew. */
  pattern: RegExp;
  /** What is written anew has this many digits of this base, after a prefix that stays the same. */
  prefix: string;
  digits: number;
  base: 10 | 16;
}

/**
 * Where two of them match the same text, the one that begins first counts; at the same place the first of this list.
 */
export const FORMS: readonly Form[] = [
  // Timestamp: 1763990000.123456
  { kind: 'second', pattern: /^Timestamp: (\d{10})\./dgm, prefix: '', digits: 10, base: 10 },
  // Uniqueid: 1763990000.17
  { kind: 'uniqueid', pattern: /\b(\d{10}\.\d{1,6})\b/dg, prefix: '1700000000.', digits: 10, base: 10 },
  // Channel: PJSIP/101-0000001a, but not the name of another kind of thing that goes on after it
  { kind: 'channel', pattern: /-([0-9a-f]{8})\b(?![-.])/dg, prefix: '', digits: 8, base: 16 },
  // BridgeUniqueid: 8a1d0d3e-5a0f-4f4b-9d0b-6d1d8b1f7c11
  {
    kind: 'bridge',
    pattern: /\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/dg,
    prefix: '5c1e3c5e-0000-4000-8000-',
    digits: 12,
    base: 10,
  },
  // 101 calls 102; both may be dialled with a 7 in front of them, for the dialplan of bench/recorded.
  { kind: 'caller', pattern: /\b(7?101)\b/dg, prefix: '', digits: 5, base: 10 },
  { kind: 'called', pattern: /\b(7?102)\b/dg, prefix: '', digits: 5, base: 10 },
];

/** One place of the recorded text that is written anew. */
export interface FoundPlace {
  form: Form;
  /** What stands there in the recording. */
  value: string;
  start: number;
  end: number;
}

/** All such places of a text, in their order. */
export function findPlaces(text: string): FoundPlace[] {
  const all = FORMS.flatMap((form) => [...text.matchAll(form.pattern)].map((match) => placeOf(form, match)));
  all.sort((a, b) => a.start - b.start || FORMS.indexOf(a.form) - FORMS.indexOf(b.form));
  let free = 0;
  return all.filter(({ start, end }) => {
    if (start < free) return false;
    free = end;
    return true;
  });
}

function placeOf(form: Form, match: RegExpExecArray): FoundPlace {
  const [start = 0, end = 0] = match.indices?.[1] ?? [];
  return { form, value: match[1] ?? '', start, end };
}
