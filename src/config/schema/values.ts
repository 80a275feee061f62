import * as z from 'zod';
import { DURATION, parseDuration } from '../../duration.ts';

/*
 * The kinds of values that config.yaml has. Every scalar arrives here as its source text (yaml-tree.ts): what is
 * declared a text stays as it was typed, and numbers, switches and durations are read from the text.
 */

/** @param expected the message when the value is missing or no text */
export const text = (expected = 'expected a text') => z.string({ error: expected }).min(1, { error: 'is empty' });

/**
 * A map of settings. A map whose settings are all commented out is null in YAML: then all have their defaults.
 * `nullable` is for the JSON Schema.
 */
export const section = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess((value) => value ?? {}, z.strictObject(shape)).meta({ nullable: true });

export const integer = (min: number, max: number) =>
  z
    .string({ error: `expected a whole number from ${min} to ${max}` })
    .refine((value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: `expected a whole number from ${min} to ${max}`,
    })
    .transform(Number)
    .meta({ json: { type: 'integer', minimum: min, maximum: max } });

export const flag = () =>
  z
    .string({ error: 'expected true or false' })
    .refine((value) => ['true', 'false', 'yes', 'no', 'on', 'off'].includes(value.toLowerCase()), {
      error: 'expected true or false',
    })
    .transform((value) => ['true', 'yes', 'on'].includes(value.toLowerCase()))
    .meta({ json: { type: 'boolean' } });

const DURATION_EXPECTED = 'expected a time with its unit, such as 250ms, 10s, 2m, 24h or 30d';

/**
 * A length of time; milliseconds once read.
 * @param most the longest, as it is written: `20d`. Node's timers end at 24 days: a length that a timer counts must
 *   stay below
 */
export const duration = (least: string, most: string) =>
  z
    .string({ error: DURATION_EXPECTED })
    .refine((value) => DURATION.test(value), { error: DURATION_EXPECTED, abort: true })
    .refine(
      (value) => millisecondsOf(value) >= millisecondsOf(least) && millisecondsOf(value) <= millisecondsOf(most),
      {
        error: `expected a time from ${least} to ${most}`,
      },
    )
    .transform(millisecondsOf)
    .meta({ json: { type: 'string', pattern: DURATION.source } });

const millisecondsOf = (text: string) => parseDuration(text) ?? 0;

/** One of these words; for a mistyped word the message names the nearest. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(
  words: Words,
  fold = (word: string) => word,
) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? fold(value) : value),
    z.enum(words, { error: `expected one of: ${words.join(', ')}` }),
  );
