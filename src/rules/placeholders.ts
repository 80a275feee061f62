import type { Rule } from '../config/config.ts';
import { parseTemplate, type TemplatePart } from '../config/placeholder-syntax.ts';
import { ALL_PARAMETERS, NUMBER_PARAMETERS } from '../event-and-parameter-names.ts';
import type { RuleDefaults } from './parameters.ts';

/** The values of the placeholders of one request. */
export interface Placeholders {
  /** Whether this is the name of a parameter; else it is a literal text at the end of a placeholder. */
  isName(name: string): boolean;
  /** The value; absent: it is not known. */
  valueOf(name: string): string | undefined;
}

/** @param values gives all values by name; called only when a text has a placeholder */
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

/**
 * A text with its placeholders filled in; a placeholder without a value leaves nothing.
 * @param encode encodes each value
 */
export function fillText(template: string, placeholders: Placeholders, encode = (value: string) => value): string {
  // Most have none.
  if (!template.includes('{')) return template;
  return parseTemplate(template)
    .map((part) => (part.kind === 'placeholder' ? encode(chosen(part, placeholders)?.value ?? '') : literal(part)))
    .join('');
}

/** As {@link fillText}; absent where the text is empty because no placeholder has a value. */
export function fillKnown(template: string, placeholders: Placeholders): string | undefined {
  const text = fillText(template, placeholders);
  return text === '' && template !== '' ? undefined : text;
}

/** As {@link fillKnown}; a number where the text is just one placeholder whose value is a number. */
export function fillValue(template: string, placeholders: Placeholders): string | number | undefined {
  const [part, ...more] = parseTemplate(template);
  const found = part?.kind === 'placeholder' && more.length === 0 ? chosen(part, placeholders) : undefined;
  return found?.isNumber ? Number(found.value) : fillKnown(template, placeholders);
}

const literal = (part: TemplatePart) => (part.kind === 'text' ? part.text : '{');

/** The first value of the names in a placeholder, or its literal text. */
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
