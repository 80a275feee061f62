import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parseAnyYaml, parseYaml, type YamlTree } from '../../../src/config/yaml/yaml-tree.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Nearly all of it is plain. */
const IN_PARTS = `ignore: [_*X]
# why
extensions: # all
  "101":
    channels: [PJSIP/101]

  "102":
    events:
      - on: hangup
        body: { a: [1,
          2] }
web:
  port: 1
`;

it.each([
  ['config.yaml', readFileSync(join(ROOT, 'config.yaml'), 'utf8')],
  ['the config of the fixtures', readFileSync(join(ROOT, 'fixtures/config.yaml'), 'utf8')],
  ['a text that is read in parts', IN_PARTS],
])('finds each place in %s, whether it reads all of it or an entry', (_, source) => {
  const [quick, whole] = [treeOf(parseYaml(source)), treeOf(parseAnyYaml(source))];
  const paths = pathsIn(whole.value);
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    const key = String(path.at(-1));
    const seen = (tree: YamlTree) => ({
      path,
      place: tree.placeOf(path),
      missing: tree.placeOf([...path, 'none', 1]),
      key: tree.placeOfKey(path.slice(0, -1), key),
      line: tree.lineFrom(path),
    });
    expect(seen(quick)).toEqual(seen(whole));
  }
});

function treeOf(parsed: ReturnType<typeof parseYaml>): YamlTree {
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.tree;
}

function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [...(path.length > 0 ? [path] : []), ...inner.flatMap(([key, one]) => pathsIn(one, [...path, key]))];
}
