import * as z from 'zod';
import { type Href, withQuery } from '../render/href.ts';
import { WebError } from '../web-error.ts';

/*
 * Lists as VoipNow's UnifiedAPI has them: a page of `count` entries from `startIndex` on, filtered by one field, with
 * some fields.
 */

/** As in UnifiedAPI: 20 where `count` is left out. */
const DEFAULT_COUNT = 20;
const MOST_COUNT = 5000;

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `expected a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: `expected a whole number from ${least} to ${most}` });

export const collectionQuery = z.object({
  count: whole(0, MOST_COUNT)
    .optional()
    .meta({ description: `How many, ${DEFAULT_COUNT} where it is left out.` }),
  startIndex: whole(0, 999_999_999).optional().meta({ description: 'The first one, from 0.' }),
  filterBy: z.string().optional().meta({ description: 'A field that entries are filtered by.' }),
  filterValue: z.string().optional().meta({
    description: 'What it must be; notes and url must have it in them, in upper or lower case.',
  }),
  fields: z.string().optional().meta({ description: 'Which fields are answered, separated by commas.' }),
});

export type CollectionQuery = z.output<typeof collectionQuery>;

/** @param entry the schema of an entry */
export function collectionSchema(entry: z.ZodObject) {
  return z.object({
    entry: z.array(entry.partial()),
    startIndex: z.int(),
    count: z.int().meta({ description: 'How many are in this answer.' }),
    itemsPerPage: z.int(),
    totalResults: z.int().meta({ description: 'How many there are by this filter.' }),
    links: z.object({ self: z.string(), next: z.string().optional(), prev: z.string().optional() }),
  });
}

type Entry = Readonly<Record<string, unknown>>;

/** Fields that are searched for the value, instead of compared with it. */
const TEXTS = new Set(['note', 'notes', 'url', 'channels', 'did']);

/**
 * @param all every item, in order
 * @param make makes the entry of an item; called only for entries that are needed
 * @param known the names of fields that entries may have
 * @param self the address of the list
 */
export function collectionOf<Item>(
  all: readonly Item[],
  make: (item: Item) => Entry,
  query: CollectionQuery,
  known: readonly string[],
  self: Href,
) {
  const { count: itemsPerPage = DEFAULT_COUNT, startIndex = 0, filterBy, filterValue } = query;
  const fields = fieldsIn(query.fields, known);
  const found = filterBy === undefined ? all : all.filter((item) => hasValue(make(item), filterBy, filterValue, known));
  if (filterBy === undefined && filterValue !== undefined) throw new WebError(400, 'filterValue: filterBy is missing');
  const entry = found.slice(startIndex, startIndex + itemsPerPage).map((item) => only(make(item), fields));
  const link = (from: number) =>
    withQuery(self, { ...query, count: query.count, startIndex: from > 0 ? from : undefined });
  const end = startIndex + itemsPerPage;
  return {
    entry,
    startIndex,
    count: entry.length,
    itemsPerPage,
    totalResults: found.length,
    links: {
      self: link(startIndex),
      ...(end < found.length && itemsPerPage > 0 && { next: link(end) }),
      ...(startIndex > 0 && { prev: link(Math.max(0, startIndex - itemsPerPage)) }),
    },
  };
}

function fieldsIn(text: string | undefined, known: readonly string[]): readonly string[] | undefined {
  if (text === undefined || text === '' || text === '@all') return undefined;
  const fields = text.split(',').map((field) => field.trim());
  const unknown = fields.find((field) => !known.includes(field));
  if (unknown !== undefined) throw new WebError(400, `fields: ${unknown} is none; there are ${known.join(', ')}`);
  return fields;
}

/** An entry with only these fields. */
export function only(entry: Entry, fields: readonly string[] | undefined): Entry {
  return fields === undefined
    ? entry
    : Object.fromEntries(Object.entries(entry).filter(([key]) => fields.includes(key)));
}

export const onlyFields = (entry: Entry, fields: string | undefined, known: readonly string[]) =>
  only(entry, fieldsIn(fields, known));

function hasValue(entry: Entry, field: string, value: string | undefined, known: readonly string[]): boolean {
  if (!known.includes(field)) throw new WebError(400, `filterBy: ${field} is no field; there are ${known.join(', ')}`);
  if (value === undefined) throw new WebError(400, 'filterValue: is missing beside filterBy');
  const has = entry[field];
  if (has === undefined) return false;
  const text = typeof has === 'object' ? JSON.stringify(has) : String(has);
  return TEXTS.has(field) || typeof has === 'object'
    ? text.toLowerCase().includes(value.toLowerCase())
    : text === value;
}
