import { describe, expect, it } from '@jest/globals';
import { jsonSchema } from '../../../src/config/schema/json-schema.ts';
import { configReference } from '../../../src/config/schema/reference.ts';

describe('the reference', () => {
  it('describes every key', () => {
    const rows = [...configReference().matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$/gm)];
    expect(rows.length).toBeGreaterThan(60);
    for (const [row, , values, , meaning] of rows) {
      expect([row, values !== '' && meaning !== '']).toEqual([row, true]);
    }
  });
});

describe('the JSON Schema', () => {
  it('has numbers, switches and times as an editor sees them, with real defaults', () => {
    const { asterisk: servers, metrics } = jsonSchema().properties ?? {};
    const [asterisk] = servers?.anyOf ?? [];
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
