import { ALL_PARAMETERS, CALL_PARAMETERS, EXTRA_PARAMETERS } from '../../event-and-parameter-names.ts';
import { parseTemplate } from '../placeholder-syntax.ts';
import { nearest } from './nearest.ts';

/** A parameter as shells and other products write it: `$CallID`, `${CallID}`. */
const DOLLAR = new RegExp(`\\$\\{?(${[...CALL_PARAMETERS, ...EXTRA_PARAMETERS].join('|')})\\b`);

/** As templates of other products have it: `{{CallID}}`. */
const DOUBLE = /(?<!\{)\{\{\s*([^{}|\s]+)\s*\}\}/g;

/** The message about a parameter that is written with a `$`; absent when there is none. */
export function dollarIn(text: string): string | undefined {
  const [, name] = DOLLAR.exec(text) ?? [];
  return name === undefined ? undefined : `a parameter is written {${name}}, without the "$"`;
}

/**
 * The message about a wrong placeholder; absent when all are right. It quotes nothing of the text but names of
 * placeholders: the text may be a secret.
 * @param own names of the rule's own parameters: channel variables and fixed parameters
 */
export function wrongPlaceholder(template: string, own: readonly string[]): string | undefined {
  if (!template.includes('{')) return undefined;
  const known = [...ALL_PARAMETERS, ...own];
  for (const [, name = ''] of template.matchAll(DOUBLE))
    if (known.includes(name)) return `a placeholder has one brace at each side: {${name}}`;
  for (const part of parseTemplate(template)) {
    if (part.kind === 'stray brace') return BRACE_ADVICE;
    if (part.kind !== 'placeholder') continue;
    const { alternatives } = part;
    for (const [index, name] of alternatives.entries()) {
      if (known.includes(name)) continue;
      const isText = index > 0 && index === alternatives.length - 1;
      const wrong = isText ? resemblance(name, known) : noParameter(name, known);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

const BRACE_ADVICE = 'a "{" begins a placeholder, such as {CallID}; one that is to stand is written "{{"';

function noParameter(name: string, known: readonly string[]): string {
  const trimmed = name.trim();
  if (known.includes(trimmed)) return `a placeholder has no blanks beside its names: {${trimmed}}`;
  if (!/^[\w-]+$/.test(name)) return BRACE_ADVICE;
  const near = nearest(name, known);
  return `{${name}} is no parameter; ${near === undefined ? 'such as {CallID} is' : `did you mean {${near}}?`}`;
}

/**
 * The message about a last text that is probably a mistyped name. One letter in four may be wrong: `caller` is no
 * `CallID`.
 */
function resemblance(text: string, known: readonly string[]): string | undefined {
  const near = nearest(text, known, /\s/.test(text) ? 0 : Math.max(1, Math.floor(text.length / 4)));
  return near === undefined
    ? undefined
    : `"${text}" is no parameter, and a text that resembles one cannot stand last; did you mean ${near}?`;
}
