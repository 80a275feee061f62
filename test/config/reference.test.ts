import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runDocs } from '../../src/cli/docs.ts';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { configReference } from '../../src/config/reference.ts';
import { heardIo } from '../helpers/heard-io.ts';

const DOCS = join(import.meta.dirname, '../../docs');

describe('the generated pages', () => {
  it('are what the schema says; if not: npm run docs', () => {
    const heard = heardIo();
    expect([runDocs(true, heard.io, DOCS), heard.stderr()]).toEqual([0, '']);
    expect(readFileSync(join(DOCS, 'configuration.md'), 'utf8')).toBe(configReference());
  });

  it('are written once, and found stale when they are changed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'call-events-docs-'));
    expect(runDocs(true, heardIo().io, directory)).toBe(1);
    expect(runDocs(false, heardIo().io, directory)).toBe(0);
    expect(runDocs(true, heardIo().io, directory)).toBe(0);
    writeFileSync(join(directory, 'configuration.md'), `${configReference()}More.\n`);
    const heard = heardIo();
    expect(runDocs(true, heard.io, directory)).toBe(1);
    expect(heard.stderr()).toMatch(/configuration\.md is not what .* npm run docs\n$/);
    expect(heard.stderr()).not.toContain('config.schema.json');
  });

  it('describe every key', () => {
    const rows = [...configReference().matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$/gm)];
    expect(rows.length).toBeGreaterThan(60);
    for (const [row, , values, , meaning] of rows) {
      expect([row, values !== '' && meaning !== '']).toEqual([row, true]);
    }
  });
});

describe('the JSON Schema', () => {
  it('has numbers, switches and times as an editor sees them, with real defaults', () => {
    const { asterisk, metrics } = jsonSchema().properties ?? {};
    expect(asterisk?.properties).toMatchObject({
      port: { type: 'integer', minimum: 1, maximum: 65535, default: 5038 },
      pingInterval: { type: 'string', default: '15s' },
      tls: { default: false },
    });
    expect(asterisk?.required).toEqual(['username', 'secret']);
    expect(metrics?.properties?.enabled).toMatchObject({ type: 'boolean', default: false });
    expect(JSON.stringify(jsonSchema())).not.toMatch(/"json":|"nullable":/);
  });
});
