import * as z from 'zod';
import { configSchema } from './schema.ts';

/** A JSON Schema, as far as it is made and read here. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  anyOf?: JsonSchema[];
  [keyword: string]: unknown;
}

/** JSON Schema (draft 2020-12) of config.yaml, for editors and for docs/configuration.md. */
export function jsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    reused: 'inline',
    override: (made) => asWritten(made.jsonSchema as JsonSchema),
  });
  return { title: 'Configuration of asterisk-call-events', ...(withRealDefaults(schema as JsonSchema) as JsonSchema) };
}

/**
 * Every scalar comes to the schema as its text; the JSON Schema has the types that an editor sees: numbers, switches,
 * times.
 */
function asWritten(schema: JsonSchema): void {
  const { json } = schema;
  if (schema.nullable === true) schema.type = ['object', 'null'];
  delete schema.nullable;
  delete schema.propertyNames; // any text, which a key always is
  if (typeof json === 'object') {
    for (const keyword of ['json', 'type', 'minLength']) delete schema[keyword];
    Object.assign(schema, json);
  } else if (schema.type === 'string' && schema.enum === undefined && schema.pattern === undefined) {
    // A text keeps its source: `did: 18005550101` is as good as `did: "18005550101"`.
    schema.type = ['string', 'number', 'boolean'];
    delete schema.minLength;
  }
}

function withRealDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withRealDefaults);
  if (typeof schema !== 'object' || schema === null) return schema;
  const result: JsonSchema = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'default' ? value : withRealDefaults(value),
    ]),
  );
  const isEmptyObject = JSON.stringify(result.default) === '{}' && result.properties !== undefined;
  if (isEmptyObject) delete result.default;
  const kinds = [result, ...(result.anyOf ?? [])].map(({ type }) => type);
  if (typeof result.default === 'string' && (kinds.includes('integer') || kinds.includes('boolean')))
    result.default = JSON.parse(result.default);
  return result;
}
