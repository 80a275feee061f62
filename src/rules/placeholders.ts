import { ALL_PARAMETERS, NUMBER_PARAMETERS } from '../call-event-names.ts';
import type { Rule } from '../config/config.ts';
import { parseTemplate, type TemplatePart } from '../config/placeholder-syntax.ts';
import type { RuleDefaults } from './parameters.ts';

/** What the placeholders of one request stand for. */
export interface Placeholders {
  /** Whether this names a parameter, known or not; else it is a text that may stand last in a placeholder. */
  isName(name: string): boolean;
  /** Absent: it is not known. */
  valueOf(name: string): string | undefined;
}

/** @param values all that is known, by name; asked for only when a text has a placeholder */
export function placeholdersOf(
  rule: Pick<Rule, 'variables' | 'params'>,
  defaults: Pick<RuleDefaults, 'variables'>,
  values: () => Readonly<Record<string, string>>,
): Placeholders {
  const variables = rule.variables ?? defaults.variables;
  let known: Readonly<Record<string, string>> | undefined;
  return {
    isName: (name) => ALL_PARAMETERS.includes(name) || variables.includes(name) || Object.hasOwn(rule.params, name),
    valueOf(name) {
      known ??= values();
      const value = Object.hasOwn(known, name) ? known[name] : undefined;
      return value === '' ? undefined : value;
    },
  };
}

/** A text with its placeholders filled in; one of which nothing is known leaves nothing. @param encode each value */
export function fillText(template: string, placeholders: Placeholders, encode = (value: string) => value): string {
  // Most have none.
  if (!template.includes('{')) return template;
  return parseTemplate(template)
    .map((part) => (part.kind === 'placeholder' ? encode(chosen(part, placeholders)?.value ?? '') : literal(part)))
    .join('');
}

/** As {@link fillText}; absent where its placeholders leave nothing at all. */
export function fillKnown(template: string, placeholders: Placeholders): string | undefined {
  const text = fillText(template, placeholders);
  return text === '' && template !== '' ? undefined : text;
}

/** As {@link fillKnown}; a number where the text is nothing but one placeholder of a number. */
export function fillValue(template: string, placeholders: Placeholders): string | number | undefined {
  const [part, ...more] = parseTemplate(template);
  const found = part?.kind === 'placeholder' && more.length === 0 ? chosen(part, placeholders) : undefined;
  return found?.isNumber ? Number(found.value) : fillKnown(template, placeholders);
}

const literal = (part: TemplatePart) => (part.kind === 'text' ? part.text : '{');

/** Of the names in a placeholder the first that is known, or the text behind them. */
function chosen(
  { alternatives }: TemplatePart & { kind: 'placeholder' },
  placeholders: Placeholders,
): { value: string; isNumber: boolean } | undefined {
  for (const name of alternatives) {
    const isName = placeholders.isName(name);
    const value = isName ? placeholders.valueOf(name) : name;
    if (value === undefined) continue;
    // `{TalkTime|0}` is a number whichever it is.
    const isNumber = isName
      ? NUMBER_PARAMETERS.includes(name)
      : /^(?:0|[1-9]\d{0,14})$/.test(value) &&
        alternatives.slice(0, -1).every((one) => NUMBER_PARAMETERS.includes(one));
    return { value, isNumber };
  }
  return undefined;
}
