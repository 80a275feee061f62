import { type Html, html } from './html.ts';

/** The length of a usual name; a caller may send one of 4 kB. */
const MOST_CHARACTERS = 80;

/** The beginning of a text, `…` behind it where there is more. */
export function cut(text: string, most = MOST_CHARACTERS): string {
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}

/** The same as markup for a row of a list, with the whole text in its title. */
export function short(text: string, most = MOST_CHARACTERS): Html {
  const shown = cut(text, most);
  return shown === text ? html`${text}` : html`<span title="${text}">${shown}</span>`;
}
