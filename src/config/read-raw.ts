import { configSchema, type RawConfig, ruleSchema } from './schema.ts';

type Entries = Record<string, unknown>;

/**
 * Reads what stands in config.yaml by its schema. Ten thousand extensions mostly have the same few rules: each different
 * one is read once, which takes a tenth of the time and of the memory.
 */
export function readRaw(value: unknown): ReturnType<typeof configSchema.safeParse> {
  return readAlikeOnce(value) ?? configSchema.safeParse(value);
}

/** Absent when something is wrong: only the whole schema tells what, and where. */
function readAlikeOnce(value: unknown): { success: true; data: RawConfig } | undefined {
  if (!isMap(value) || !isMap(value.extensions)) return undefined;
  const rules = new Map<string, RawConfig['extensions'][string]['events']>();
  const listOf = (events: unknown) => {
    const text = JSON.stringify(events);
    const known = rules.get(text);
    if (known !== undefined) return known;
    const read = ruleSchema.array().safeParse(events);
    if (read.success) rules.set(text, read.data);
    return read.data;
  };
  const withoutEvents: Entries = {};
  for (const [key, entry] of Object.entries(value.extensions)) {
    if (!isMap(entry)) {
      withoutEvents[key] = entry;
      continue;
    }
    const { events, ...rest } = entry;
    if (events !== undefined && listOf(events) === undefined) return undefined;
    withoutEvents[key] = rest;
  }
  const result = configSchema.safeParse({ ...value, extensions: withoutEvents });
  if (!result.success) return undefined;
  for (const [key, entry] of Object.entries(value.extensions)) {
    const read = result.data.extensions[key];
    if (read !== undefined && isMap(entry) && entry.events !== undefined) read.events = listOf(entry.events);
  }
  return { success: true, data: result.data };
}

function isMap(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
