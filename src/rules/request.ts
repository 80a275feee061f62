import type { CallEvent, CallEventName, LegKey } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';
import { percentEncode } from '../percent-encode.ts';
import { bodyOf, formOf } from './body.ts';
import { headerValue } from './header-value.ts';
import { knownParameters, parametersOf, type RuleDefaults } from './parameters.ts';
import { fillKnown, fillText, type Placeholders, placeholdersOf } from './placeholders.ts';

/** The HTTP request of one call event for one rule, without the headers that an attempt adds (ids, signature). */
export interface RuleRequest {
  event: CallEventName;
  leg: LegKey;
  callId: string;
  /** The time of the call event; absent in a log without timestamps. */
  at?: number;
  ruleId: string;
  method: 'GET' | 'POST';
  /** With the parameters, for a GET. */
  url: string;
  headers: Record<string, string>;
  /** Absent for a GET. */
  body?: string;
  params: Record<string, string>;
  /** Whether the body is the rule's own JSON, which has only the parameters that its texts name. */
  ownBody?: true;
}

/** Pure: the same event and rule make the same request. */
export function requestOf(event: CallEvent, rule: Rule, defaults: RuleDefaults): RuleRequest {
  const params = parametersOf(event, rule, defaults);
  const placeholders = placeholdersOf(rule, defaults, () => ({ ...knownParameters(event, defaults), ...params }));
  const url = fillText(rule.url, placeholders, encodeInUrl).replace(/#.*$/s, '');
  const request = {
    event: event.event,
    leg: event.leg,
    callId: event.params.CallID,
    ...(event.at !== undefined && { at: event.at }),
    ruleId: rule.id,
    params,
  };
  const headers = { ...headersOf(rule, placeholders), 'X-Event-ID': rule.id };
  if (rule.method === 'GET') return { ...request, method: 'GET', url: appendQuery(url, formOf(params)), headers };
  const { type, body } = bodyOf(rule, params, placeholders);
  return {
    ...request,
    method: 'POST',
    url,
    headers: { 'Content-Type': type, ...headers },
    body,
    ...(typeof rule.body === 'object' && { ownBody: true }),
  };
}

/** A header without a value is left out. */
function headersOf({ headers }: Rule, placeholders: Placeholders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, template]) => {
      const value = fillKnown(template, placeholders);
      return value === undefined ? [] : [[name, headerValue(value)]];
    }),
  );
}

function encodeInUrl(value: string): string {
  // A caller's name must not lead to another path.
  return value === '.' || value === '..' ? '' : percentEncode(value);
}

/** The URL's own query is kept byte for byte. */
function appendQuery(url: string, query: string): string {
  if (query === '') return url;
  if (!url.includes('?')) return `${url}?${query}`;
  return /[?&]$/.test(url) ? `${url}${query}` : `${url}&${query}`;
}
