import type { Logger } from '../log.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { Visitor } from './auth/visitor.ts';
import type { Change } from './router.ts';

/** Logs a change: who, from where, what, before and after. */
export function logChange(log: Logger, redactor: Redactor, { name, by, from }: Visitor, change: Change): void {
  const shown = (value: unknown) =>
    value === undefined ? undefined : redactor.body(typeof value === 'string' ? value : JSON.stringify(value));
  const { what, before, after } = change;
  const change_ = { who: name, by, from, what: redactor.text(what), before: shown(before), after: shown(after) };
  log.info({ change: change_ }, `${name} (${by}, from ${from}) ${change_.what}`);
}
