import type { CallEvent, CallEventName, LegKey } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';
import { percentEncode } from '../percent-encode.ts';
import { parametersOf, placeholdersOf, type RuleDefaults } from './parameters.ts';

/** One call event for one rule, as an HTTP request. What an attempt adds (ids, signature) is not here. */
export interface RuleRequest {
  event: CallEventName;
  leg: LegKey;
  callId: string;
  /** When it happened; absent in a log without timestamps. */
  at?: number;
  ruleId: string;
  method: 'GET' | 'POST';
  /** With the parameters, for a GET. */
  url: string;
  headers: Record<string, string>;
  /** Absent for a GET. */
  body?: string;
  params: Record<string, string>;
}

/** Pure: the same event and rule make the same request. */
export function requestOf(event: CallEvent, rule: Rule, defaults: RuleDefaults): RuleRequest {
  const params = parametersOf(event, rule, defaults);
  const template = rule.url.replace(/#.*$/s, '');
  // Most have none.
  const url = template.includes('{') ? fillPlaceholders(template, placeholdersOf(event, params, defaults)) : template;
  const request = {
    event: event.event,
    leg: event.leg,
    callId: event.params.CallID,
    ...(event.at !== undefined && { at: event.at }),
    ruleId: rule.id,
    params,
  };
  const headers = { ...rule.headers, 'X-Event-ID': rule.id };
  if (rule.method === 'GET') return { ...request, method: 'GET', url: appendQuery(url, formOf(params)), headers };
  return rule.body === 'json'
    ? {
        ...request,
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(params),
      }
    : {
        ...request,
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        body: formOf(params),
      };
}

/** Puts parameters in the place of `{CallID}` and the like, percent-encoded; one that is not known leaves nothing. */
function fillPlaceholders(url: string, values: Record<string, string>): string {
  return url.replaceAll(/\{([A-Za-z0-9_]+)\}/g, (_, name: string) => {
    const value = percentEncode(values[name] ?? '');
    // A caller's name must not lead to another path.
    return value === '.' || value === '..' ? '' : value;
  });
}

/** `CallID=1700000000.12&CallerIDNum=101` */
function formOf(params: Record<string, string>): string {
  return Object.entries(params)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** The URL's own query is kept byte for byte. */
function appendQuery(url: string, query: string): string {
  if (query === '') return url;
  if (!url.includes('?')) return `${url}?${query}`;
  return /[?&]$/.test(url) ? `${url}${query}` : `${url}&${query}`;
}
