import { html as honoHtml, raw } from 'hono/html';
import { printable } from '../../printable.ts';

/** Markup. Made only by {@link html}. */
export interface Html {
  readonly isEscaped: true;
  toString(): string;
}

/** The values of a template; a list stands for its items, and an absent value for nothing. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

/**
 * Markup whose every text is escaped, in attributes too. Texts are foreign: characters that change the
 * direction of lines, or steer a terminal, are shown as `\u202e`.
 */
export function html(template: TemplateStringsArray, ...values: readonly Content[]): Html {
  return honoHtml(template, ...values.map(shown)) as Html;
}

/** A text with its control characters, still escaped: for the value of a field, which must come back unchanged. */
export function exact(text: string): Html {
  return honoHtml`${text}` as Html;
}

/** Empty markup. */
export const nothing: Html = raw('');

function shown(value: Content): unknown {
  if (typeof value === 'string') return printable(value);
  return Array.isArray(value) ? value.map(shown) : value;
}
