import type { Problem } from '../../config/config-problem.ts';
import type { Change } from '../../config/edit/config-editor.ts';
import type { FieldProblem } from '../web-error.ts';

/**
 * A problem of config.yaml as a problem of a form's field: `extensions.101.events[2].url` is `url`; absent when it is
 * not about the changed entries.
 */
export function fieldProblemOf({ key, message }: Problem, changes: readonly Change[]): FieldProblem | undefined {
  for (const { extension, server } of changes) {
    const at = `${server === undefined ? '' : (/^asterisk\[\d+\]\./.exec(key)?.[0] ?? 'asterisk.')}extensions.${extension}`;
    if (key === at || key === `${at}.events`) return { field: '', message };
    if (!key.startsWith(`${at}.`)) continue;
    const [, field] = /^(?:events\[\d+\]\.?)?(.*)$/.exec(key.slice(at.length + 1)) ?? [];
    return { field: field ?? '', message };
  }
  return undefined;
}
