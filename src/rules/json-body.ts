import type { JsonTemplate } from '../config/config.ts';
import { fillValue, type Placeholders } from './placeholders.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A body with its placeholders filled in. A key, or a place in a list, whose text is left with nothing goes away. */
export function fillJson(template: JsonTemplate, placeholders: Placeholders): JsonValue | undefined {
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
