import { randomBytes } from 'node:crypto';
import type { Written } from '../../config/edit/config-editor.ts';
import { isSameValue } from '../../config/edit/text/written-value.ts';

/** An Event ID that no rule has: 8 hex digits, as derived ones are. */
export const newRuleId = () => randomBytes(4).toString('hex');

/** What a rule has where config.yaml says nothing. */
const DEFAULTS: Written = { method: 'GET', status: 'enabled', body: 'form' };

/**
 * The same change, without what would only write down how it is anyway: a default that is left out, nothing in a map.
 * @param before the rule as it is written; absent: a new one
 */
export function omitDefaults(change: Written, before: Written | undefined): Written {
  return Object.fromEntries(
    Object.entries(change).flatMap(([key, value]) => {
      const meant = isEmpty(value) ? null : value;
      const has = before?.[key];
      if (has === undefined && (meant === null || isSameValue(DEFAULTS[key], meant))) return [];
      return [[key, meant]];
    }),
  );
}

/** Nothing, which config.yaml has no need to hold. */
function isEmpty(value: Written[string]): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
