import type { JsonTemplate, Rule } from '../config/config.ts';
import { percentEncode } from '../percent-encode.ts';
import { fillValue, type Placeholders } from './placeholders.ts';

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** The body of a rule's POST. */
export function bodyOf(
  rule: Rule,
  params: Record<string, string>,
  placeholders: Placeholders,
): { type: string; body: string } {
  if (rule.body === 'form') return { type: 'application/x-www-form-urlencoded', body: formOf(params) };
  const json = rule.body === 'json' ? params : fillJson(rule.body, placeholders);
  return { type: 'application/json', body: JSON.stringify(json) };
}

/** The parameters as a form or a query has them: `CallID=1700000000.12&CallerIDNum=101` */
export function formOf(params: Record<string, string>): string {
  return Object.entries(params)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** A rule's own body. A key or list item whose text has only placeholders without values is left out. */
function fillJson(template: JsonTemplate, placeholders: Placeholders): JsonValue | undefined {
  if (typeof template === 'string') return fillValue(template, placeholders);
  if (typeof template !== 'object' || template === null) return template;
  if (isList(template)) return template.map((one) => fillJson(one, placeholders)).filter((one) => one !== undefined);
  return Object.fromEntries(
    Object.entries(template).flatMap(([key, one]) => {
      const value = fillJson(one, placeholders);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** `Array.isArray` does not distinguish a list that is read-only from a map. */
const isList = (template: object): template is readonly JsonTemplate[] => Array.isArray(template);
