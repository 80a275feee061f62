import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import { type JsonSchema, jsonSchema } from '../../src/config/schema/json-schema.ts';
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../config.yaml'), 'utf8');
/** With the "#" taken away before every option that is shown. */
const ALL_OPTIONS = EXAMPLE.replaceAll(/^( *)#(?=[a-z]\w*:)/gim, '$1');

function treeOf(source: string): unknown {
  const parsed = parseYaml(source);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.tree.value;
}

/** Every key as a path, `*` for a name and `[]` for a place in a list: `extensions.*.events.[].url`. */
function pathsOf(schema: JsonSchema, above: string[] = []): string[] {
  const forms = [schema, ...(schema.anyOf ?? [])];
  return forms.flatMap(({ properties = {}, items, additionalProperties }) => [
    ...Object.entries(properties).flatMap(([key, value]) => {
      const path = [...above, key];
      return [path.join('.'), ...pathsOf(value, path)];
    }),
    ...(items === undefined ? [] : pathsOf(items, [...above, '[]'])),
    ...(typeof additionalProperties === 'object' ? pathsOf(additionalProperties, [...above, '*']) : []),
  ]);
}

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (key === '*' || key === '[]') return Object.values(value).some((one) => has(one, rest));
  return Object.hasOwn(value, key) && has(Reflect.get(value, key), rest);
}

/** Written in prose there: beside `tls: false`, and in examples of lists that are empty by default. */
const IN_PROSE = /^asterisk\.tls\.|^numbers\.\[\]\.|^asterisk\.\[\]\.(name|extensions)$|^extensions\.\*\.(queue|line)$/;
/** Shown with the only server, and with the extensions for all. */
const SHOWN_ELSEWHERE = /^asterisk\.\[\]\.(?!name$|extensions$)/;

describe("the repository's config.yaml", () => {
  it('runs as it is', () => {
    const { servers, outbox, secrets } = parseConfig(EXAMPLE, 'config.yaml', { env: {} });
    expect(servers[0]?.secret).not.toContain('${');
    expect(outbox).toBeUndefined();
    expect(secrets).toEqual([servers[0]?.secret]);
    for (const kind of ['file', 'env', 'credential']) expect(EXAMPLE).toContain(`secret: \${${kind}:`);
  });

  it('shows every key of the schema in its place', () => {
    const tree = treeOf(ALL_OPTIONS);
    const paths = pathsOf(jsonSchema()).filter((path) => !SHOWN_ELSEWHERE.test(path));
    const missing = paths.filter((path) => !IN_PROSE.test(path) && !has(tree, path.split('.')));
    expect(missing).toEqual([]);
    expect(paths.length).toBeGreaterThan(60);
    for (const path of paths.filter((one) => IN_PROSE.test(one)))
      expect(EXAMPLE).toMatch(new RegExp(`[{,] ${path.split('.').at(-1)}: `));
  });

  it('shows each option at its default', () => {
    const plain = settingsOf(parseConfig(EXAMPLE, 'c', { secrets: 'keep' }));
    const all = settingsOf(parseConfig(ALL_OPTIONS, 'c', { secrets: 'keep' }));
    const { password, users, tokens, tls } = all.web;
    // What has no default is there as an example only.
    expect(all).toEqual({
      ...plain,
      servers: plain.servers.map((server) => ({ ...server, name: 'pbx1' })),
      outbox: all.outbox,
      queue: all.queue,
      delivery: { ...plain.delivery, signing: all.delivery.signing, tls: all.delivery.tls, proxy: all.delivery.proxy },
      log: { ...plain.log, format: all.log.format },
      web: { ...plain.web, password, users, tokens, tls },
    });
    expect(all.outbox).toBeDefined();
    expect([users.length, tokens.length]).toEqual([1, 1]);
  });
});

const settingsOf = ({ extensions: _, secrets: __, ...settings }: Config) => settings;
