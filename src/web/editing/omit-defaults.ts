import type { Written } from '../../config/edit/config-editor.ts';
import { isSameValue } from '../../config/edit/text/written-value.ts';

/** The values of keys that config.yaml leaves out. */
const DEFAULTS: Written = { method: 'GET', status: 'enabled', body: 'form' };

/**
 * The change without keys that would make no difference: defaults and empty maps that config.yaml does not have.
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

/** Whether a value is empty, so that config.yaml need not have it. */
function isEmpty(value: Written[string]): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
