import type { RawConfig } from '../schema/schema.ts';
import type { YamlTree } from '../yaml/yaml-tree.ts';
import { serversIn } from './asterisk.ts';
import type { CheckContext, Path } from './check-context.ts';

/** A text without quotes, and a comment right behind it whose `#` touches the next word, as in `secret: abc #def`. */
const CUT = /^[^\s"'#|>][^\n]*?[ \t]#\S/;

/**
 * Hints at secrets and URLs that YAML has cut at a ` #`: the rest is a comment for YAML, and may be half of the secret.
 */
export function hintAtUnquotedHashes(raw: RawConfig, tree: YamlTree, { hint }: CheckContext): void {
  if (!tree.mayHaveUnquotedHash) return;
  const look = (path: Path) => {
    if (!CUT.test(tree.lineFrom(path))) return;
    hint(path, 'ends at the " #", where a comment begins; if that belongs to it, it needs quotes');
  };
  const lookAtSecrets = (signing: { secrets: readonly string[] } | undefined, path: Path) =>
    signing?.secrets.forEach((_, index) => {
      look([...path, 'signing', 'secrets', index]);
    });
  const lookAtTexts = (value: unknown, path: Path) => {
    if (typeof value === 'string') look(path);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) lookAtTexts(one, [...path, key]);
  };
  for (const { at } of serversIn(raw)) look([...at, 'secret']);
  lookAtSecrets(raw.delivery.signing, ['delivery']);
  const lookAtExtensions = (extensions: RawConfig['extensions'], map: Path) => {
    for (const [extension, { events = [] }] of Object.entries(extensions))
      events.forEach(({ headers, params, body, signing }, index) => {
        const rule: Path = [...map, extension, 'events', index];
        look([...rule, 'url']);
        for (const name of Object.keys(headers)) look([...rule, 'headers', name]);
        for (const name of Object.keys(params)) look([...rule, 'params', name]);
        lookAtTexts(body, [...rule, 'body']);
        lookAtSecrets(signing, rule);
      });
  };
  lookAtExtensions(raw.extensions, ['extensions']);
  for (const { at, own } of serversIn(raw)) lookAtExtensions(own, [...at, 'extensions']);
}
