import { html as honoHtml, raw } from 'hono/html';
import { printable } from '../../printable.ts';

/** Markup. Made by {@link html} alone. */
export interface Html {
  readonly isEscaped: true;
  toString(): string;
}

/** What may stand in a template; a list stands for its parts, and what is absent for nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

/**
 * Markup whose every text is escaped, in attributes too. Texts are foreign: what steers the direction of lines, or a
 * terminal that they are copied into, is shown as `\u202e`.
 */
export function html(template: TemplateStringsArray, ...values: readonly Content[]): Html {
  return honoHtml(template, ...values.map(shown)) as Html;
}

/** A text with its control characters left in it, still escaped: for the value of a field, which is to come back as it is. */
export function exact(text: string): Html {
  return honoHtml`${text}` as Html;
}

/** Nothing. */
export const nothing: Html = raw('');

function shown(value: Content): unknown {
  if (typeof value === 'string') return printable(value);
  return Array.isArray(value) ? value.map(shown) : value;
}
