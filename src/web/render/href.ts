/** An address of our own, with the `path` of web before it: `/call-events/extensions/101`. Made by a {@link HrefMaker} alone. */
export type Href = string & { readonly of: 'page' };

/** Makes an address of our own from one below the page's root: each value is one part of it, whatever it holds. */
export type HrefMaker = (template: TemplateStringsArray, ...values: readonly (string | number)[]) => Href;

/** @param path `web.path`: `/`, or where a proxy shows the page */
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
 * Where to go on after the login, as the browser says it.
 * @returns an address of our own; absent when it is none: `//evil.example` is another's
 */
export function localAddress(text: string | null | undefined): Href | undefined {
  return text != null && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? (text as Href) : undefined;
}
