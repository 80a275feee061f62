import { configSchema } from './schema.ts';

/** The keys that the schema knows at a path. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema;
  for (const part of path) schema = inside(schema, part);
  const shape = unwrap(schema)?.shape;
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

interface SchemaDefinition {
  type: string;
  shape?: Record<string, unknown>;
  innerType?: unknown;
  in?: unknown;
  out?: unknown;
  element?: unknown;
  valueType?: unknown;
  options?: unknown[];
}

function unwrap(schema: unknown): SchemaDefinition | undefined {
  let at = schema as { def?: SchemaDefinition } | undefined;
  for (;;) {
    const def = at?.def;
    if (def === undefined) return undefined;
    const next =
      def.innerType ??
      (def.type === 'pipe' ? (unwrapsToTransform(def.in) ? def.out : def.in) : undefined) ??
      (def.type === 'union' ? def.options?.find((option) => unwrap(option)?.type === 'object') : undefined);
    if (next === undefined) return def;
    at = next as { def?: SchemaDefinition };
  }
}

const unwrapsToTransform = (schema: unknown) => (schema as { def?: SchemaDefinition }).def?.type === 'transform';

function inside(schema: unknown, part: PropertyKey): unknown {
  for (const def of formsOf(schema)) {
    const found = typeof part === 'number' ? def.element : (def.shape?.[String(part)] ?? def.valueType);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The schemas of a value: of a union, each of its alternatives. */
function formsOf(schema: unknown): SchemaDefinition[] {
  const { def } = (schema ?? {}) as { def?: SchemaDefinition };
  if (def?.options !== undefined) return def.options.flatMap(formsOf);
  if (def?.type === 'optional' || def?.type === 'prefault') return formsOf(def.innerType);
  const unwrapped = unwrap(schema);
  return unwrapped === undefined ? [] : [unwrapped];
}

/** The place of each section in words, for the message about a key in the wrong place. */
const SECTIONS: readonly (readonly [words: string, path: readonly PropertyKey[]])[] = [
  ['the top', []],
  ['asterisk', ['asterisk']],
  ['delivery', ['delivery']],
  ['log', ['log']],
  ['metrics', ['metrics']],
  ['web', ['web']],
  ['an extension', ['extensions', '101']],
  ['an event of an extension', ['extensions', '101', 'events', 0]],
];

/** The sections that have a key of this name: `['asterisk', 'delivery']`. */
export function sectionsWith(key: string): string[] {
  return SECTIONS.flatMap(([words, path]) => (knownKeys(path).includes(key) ? [words] : []));
}
