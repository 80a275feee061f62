import { type Html, html } from './html.ts';

/** A sentence in which what stands in backticks is code, as in the texts of the command line. */
export function inCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
