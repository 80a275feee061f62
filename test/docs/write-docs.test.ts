import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configReference } from '../../src/config/schema/reference.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { SCHEMA_PAGES, writeDocs } from './write-docs.ts';

const DOCS = join(import.meta.dirname, '../../docs');

describe('the generated pages', () => {
  it('are what the schema says; if not: npm run docs', () => {
    const captured = captureIo();
    expect([writeDocs(SCHEMA_PAGES, true, captured.io, DOCS), captured.stderr()]).toEqual([0, '']);
    expect(readFileSync(join(DOCS, 'configuration.md'), 'utf8')).toBe(configReference());
  });

  it('are written once, and found stale when they are changed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'call-events-docs-'));
    expect(writeDocs(SCHEMA_PAGES, true, captureIo().io, directory)).toBe(1);
    expect(writeDocs(SCHEMA_PAGES, false, captureIo().io, directory)).toBe(0);
    expect(writeDocs(SCHEMA_PAGES, true, captureIo().io, directory)).toBe(0);
    writeFileSync(join(directory, 'configuration.md'), `${configReference()}More.\n`);
    const captured = captureIo();
    expect(writeDocs(SCHEMA_PAGES, true, captured.io, directory)).toBe(1);
    expect(captured.stderr()).toMatch(/configuration\.md is not what .* npm run docs\n$/);
    expect(captured.stderr()).not.toContain('config.schema.json');
  });
});
