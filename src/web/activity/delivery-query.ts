import { DELIVERY_STATES, type DeliveryFilter, type DeliveryState } from '../../delivery/admin.ts';
import { parseMoment } from '../../duration.ts';
import { CALL_EVENT_NAMES, parseCallEventName } from '../../event-and-parameter-names.ts';
import { type FieldProblem, WebError } from '../web-error.ts';

/** The fields of an address that filter deliveries, for pages and API alike; each may be left out or empty. */
export const FILTER_FIELDS = [
  'extension',
  'event',
  'rule',
  'state',
  'target',
  'since',
  'until',
  'callId',
  'reason',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** The fields as the address has them: a page shows them in its form, and puts them into its links. */
export type FilterFields = Partial<Record<FilterField, string>>;

/** The fields of an address or a form that are filled in. */
export function filterFieldsOf(query: URLSearchParams): FilterFields {
  return Object.fromEntries(
    FILTER_FIELDS.flatMap((name) => {
      const value = query.get(name)?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}

/** Reads the fields of a filter: the wrong ones, and the filter without those. */
export function readFilter(
  fields: FilterFields,
  now = Date.now(),
): { filter: DeliveryFilter; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const wrong = (field: FilterField, expected: string) => {
    problems.push({ field, message: `expected ${expected}` });
    return undefined;
  };
  const { extension, rule, target, callId, reason } = fields;
  const event = fields.event === undefined ? undefined : parseCallEventName(fields.event);
  if (fields.event !== undefined && event === undefined) wrong('event', `one of: ${CALL_EVENT_NAMES.join(', ')}`);
  const state = stateOf(fields.state);
  if (fields.state !== undefined && state === undefined) wrong('state', `one of: ${DELIVERY_STATES.join(', ')}`);
  const moment = (field: 'since' | 'until') => {
    const text = fields[field];
    if (text === undefined) return undefined;
    return momentOf(text, now) ?? wrong(field, 'a length of time, such as 30m, 2h or 7d, or a date');
  };
  const [since, until] = [moment('since'), moment('until')];
  const filter: DeliveryFilter = {
    ...(extension !== undefined && { extension }),
    ...(event !== undefined && { event }),
    ...(rule !== undefined && { ruleId: rule }),
    ...(state !== undefined && { state }),
    ...(target !== undefined && { target: targetOf(target) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(callId !== undefined && { callId }),
    ...(reason !== undefined && { reason }),
  };
  return { filter, problems };
}

/** @throws WebError when a field is wrong */
export function filterOf(fields: FilterFields): DeliveryFilter {
  const { filter, problems } = readFilter(fields);
  if (problems.length === 0) return filter;
  const words = problems.map(({ field, message }) => `${field}: ${message}`);
  throw new WebError(400, words.join('; '), { errors: problems });
}

function stateOf(text: string | undefined): DeliveryState | undefined {
  const wanted = text?.toLowerCase();
  // Pages call pending deliveries "waiting".
  return DELIVERY_STATES.find((one) => one === (wanted === 'waiting' ? 'pending' : wanted));
}

/** Reads a length of time before now, or a date; also milliseconds since 1970, which pages put into their links. */
function momentOf(text: string, now: number): number | undefined {
  return /^\d{12,14}$/.test(text) ? Number(text) : parseMoment(text, now);
}

/** `https://crm.example.com` stands for its usual port. */
function targetOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return text;
  return `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}
