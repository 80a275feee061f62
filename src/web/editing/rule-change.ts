import type { Change, Written } from '../../config/edit/config-editor.ts';
import { WebError } from '../web-error.ts';
import { entryPlaceOf, isInherited, ownRules, type StoredExtension, type StoredRule } from './rule-store.ts';

/**
 * The changes that a rule's form asks for.
 * @param id absent for a new rule; the rules of a pattern are copied first then
 */
export function changesFor(
  extension: StoredExtension,
  id: string | undefined,
  ruleId: string,
  rule: Written,
): Change[] {
  const place = entryPlaceOf(extension);
  if (id !== undefined) return [{ kind: 'change rule', ...place, id, rule }];
  const whole = Object.fromEntries(
    Object.entries({ method: 'GET', status: 'enabled', ...rule, id: ruleId }).filter(([, value]) => value !== null),
  );
  return [...ownRules(extension), { kind: 'add rule', ...place, rule: whole }];
}

/** For a pattern, an example of its numbers. */
export const sampleOf = (name: string) =>
  name.startsWith('_')
    ? name
        .slice(1)
        .replaceAll(/[XZN]/g, '1')
        .replace(/[.!]$/, '1')
        .replaceAll(/\[(.)[^\]]*\]/g, '$1')
    : name;

export function findRule({ name, rules }: StoredExtension, id: string): StoredRule {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) throw new WebError(404, `${name} has no Call Event ${id}; somebody may have deleted it`);
  return found;
}

export function expectChangeable({ readOnly }: StoredExtension): void {
  if (readOnly !== undefined) throw new WebError(409, readOnly);
}

export function expectOwn(extension: StoredExtension): void {
  const { name, rulesFrom } = extension;
  if (isInherited(extension))
    throw new WebError(
      409,
      `the Call Events of ${name} are those of ${rulesFrom}: change them there, or make an own copy first`,
    );
}
