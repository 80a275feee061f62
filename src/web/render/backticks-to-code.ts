import { type Html, html } from './html.ts';

/** A sentence with code in backticks, as the command line prints it, as markup. */
export function backticksToCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
