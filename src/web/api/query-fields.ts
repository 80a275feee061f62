import * as z from 'zod';

/** How many of a list are asked for, where none is said. */
export const DEFAULT_LIMIT = 50;

/** How many of a list are asked for; of a greater number than `most` so many are answered. */
export const limitUpTo = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { error: 'expected a number from 1 to 999' })
    .transform((text) => Math.min(Number(text), most))
    .optional();

/** Whose extension is meant, of a list of Asterisk servers. */
export const serverOfExtension = z.string().optional().meta({
  description:
    "The name of an Asterisk server, of several: its own extension, else the one for all servers. Left out: the one for all servers, else the first server's own.",
});
