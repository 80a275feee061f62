import { WebError } from '../web-error.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The tags of an If-Match or If-None-Match; `*` stands for any. */
function tagsIn(header: string | string[] | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  return String(header)
    .split(',')
    .map((tag) =>
      tag
        .trim()
        .replace(/^W\//, '')
        .replace(/-gzip"$/, '"'),
    );
}

/** @throws WebError 412 when the resource has changed since the program has read it; not without If-Match */
export function expectMatch(headers: Headers, etag: string): void {
  const tags = tagsIn(headers['if-match']);
  if (tags !== undefined && !tags.includes('*') && !tags.includes(etag))
    throw new WebError(412, 'it has changed since you read it; read it again', { headers: { etag } });
}

/** Whether the program has this version already. */
export function hasAlready(headers: Headers, etag: string): boolean {
  const tags = tagsIn(headers['if-none-match']);
  return tags?.some((tag) => tag === '*' || tag === etag) === true;
}
