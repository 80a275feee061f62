import { extensionSchema } from './schema/extension.ts';
import { ruleSchema } from './schema/rule.ts';
import { configSchema, type RawConfig } from './schema/schema.ts';

type Entries = Record<string, unknown>;
type RawExtension = RawConfig['extensions'][string];

/**
 * Parses the content of config.yaml by its schema. Ten thousand extensions mostly have the same few rules: equal rules
 * are parsed once, which takes a tenth of the time and of the memory.
 */
export function parseRaw(value: unknown): ReturnType<typeof configSchema.safeParse> {
  return parseShared(value) ?? configSchema.safeParse(value);
}

/** Absent when there is a mistake: only a parse by the whole schema says which, and where. */
function parseShared(value: unknown): { success: true; data: RawConfig } | undefined {
  if (!isMap(value) || !isMap(value.extensions)) return undefined;
  const servers = Array.isArray(value.asterisk) ? value.asterisk : undefined;
  const result = configSchema.safeParse({
    ...value,
    ...(servers && { asterisk: servers.map((server) => (isMap(server) ? { ...server, extensions: {} } : server)) }),
    extensions: {},
  });
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
  /** @returns whether all entries are right */
  const readAll = (written: unknown, into: RawConfig['extensions']) =>
    isMap(written) &&
    !Object.hasOwn(written, '__proto__') &&
    Object.entries(written).every(([key, entry]) => {
      const read = entries.get(entry) ?? readEntry(entry, listOf);
      if (read === undefined) return false;
      entries.set(entry, read);
      into[key] = read;
      return true;
    });
  const { data } = result;
  if (!readAll(value.extensions, data.extensions)) return undefined;
  for (const [index, server] of (Array.isArray(data.asterisk) ? data.asterisk : []).entries()) {
    const own = servers?.[index]?.extensions;
    if (own !== undefined && !readAll(own, server.extensions)) return undefined;
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
