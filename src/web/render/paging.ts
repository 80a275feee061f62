import type { Href } from './href.ts';
import { type Html, html, nothing } from './html.ts';

/** The addresses of a list's other pages. Absent: there is no such page. */
export interface Pages {
  /** The beginning of the list. */
  first?: Href | undefined;
  previous?: Href | undefined;
  next?: Href | undefined;
}

/** The links through a long list. @param what the items: `deliveries` */
export function pager({ first, previous, next }: Pages, what: string): Html {
  const links: [Href | undefined, string, string][] = [
    [first, 'first', 'Newest'],
    [previous, 'prev', 'Previous'],
    [next, 'next', 'Next'],
  ];
  const shown = links.flatMap(([to, rel, words]) =>
    to === undefined ? [] : [html`<a class="button" rel="${rel}" href="${to}">${words}</a>`],
  );
  return shown.length === 0 ? nothing : html`<nav class="pager" aria-label="More ${what}">${shown}</nav>`;
}
