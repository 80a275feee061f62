/**
 * An address of our own, with the `path` of web before it: `/call-events/extensions/101`. Made only by a {@link
 * HrefMaker}.
 */
export type Href = string & { readonly of: 'page' };

/**
 * Makes an address of our own from a path below the page's root: each value is one segment, whatever characters it has.
 */
export type HrefMaker = (template: TemplateStringsArray, ...values: readonly (string | number)[]) => Href;

/** @param path `web.path`: `/`, or the path that a proxy gives the page */
export function createHref(path: string): HrefMaker {
  const before = path === '/' ? '' : path;
  return (template, ...values) =>
    `${before}${String.raw({ raw: template }, ...values.map((value) => encodeURIComponent(value)))}` as Href;
}

/** The same address with another query; fields that are empty or absent are left out. */
export function withQuery(address: Href, fields: Readonly<Record<string, string | number | undefined>>): Href {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== '') query.set(name, String(value));
  return (query.size === 0 ? address : `${address}?${query}`) as Href;
}

/**
 * The page to go to after the login, from the browser's query.
 * @returns an address of our own; absent for any other: `//evil.example` is on another host
 */
export function localAddress(text: string | null | undefined): Href | undefined {
  return text != null && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? (text as Href) : undefined;
}
