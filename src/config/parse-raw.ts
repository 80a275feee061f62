import { configSchema, extensionSchema, type RawConfig, ruleSchema } from './schema/schema.ts';

type Entries = Record<string, unknown>;
type RawExtension = RawConfig['extensions'][string];

/**
 * Reads what stands in config.yaml by its schema. Ten thousand extensions mostly have the same few rules: each different
 * one is read once, which takes a tenth of the time and of the memory.
 */
export function readRaw(value: unknown): ReturnType<typeof configSchema.safeParse> {
  return parseShared(value) ?? configSchema.safeParse(value);
}

/** Absent when something is wrong: only the whole schema says what, and where. */
function parseShared(value: unknown): { success: true; data: RawConfig } | undefined {
  if (!isMap(value) || !isMap(value.extensions) || Object.hasOwn(value.extensions, '__proto__')) return undefined;
  const result = configSchema.safeParse({ ...value, extensions: {} });
  if (!result.success) return undefined;
  // The reader of plain YAML gives the same object for the same text; the real parser does not.
  const entries = new Map<unknown, RawExtension>();
  const lists = new Map<unknown, RawExtension['events']>();
  const listsByText = new Map<string, RawExtension['events']>();
  const listOf = (events: unknown) => {
    const known = lists.get(events);
    if (known !== undefined) return known;
    const text = JSON.stringify(events);
    const read = listsByText.get(text) ?? ruleSchema.array().safeParse(events).data;
    if (read !== undefined) {
      listsByText.set(text, read);
      lists.set(events, read);
    }
    return read;
  };
  for (const [key, entry] of Object.entries(value.extensions)) {
    const read = entries.get(entry) ?? readEntry(entry, listOf);
    if (read === undefined) return undefined;
    entries.set(entry, read);
    result.data.extensions[key] = read;
  }
  return result;
}

function readEntry(entry: unknown, listOf: (events: unknown) => RawExtension['events']): RawExtension | undefined {
  if (!isMap(entry)) return extensionSchema.safeParse(entry).data;
  const { events, ...rest } = entry;
  const { data } = extensionSchema.safeParse(rest);
  if (data === undefined || events === undefined) return data;
  const list = listOf(events);
  return list && { ...data, events: list };
}

function isMap(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
