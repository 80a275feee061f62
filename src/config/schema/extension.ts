import * as z from 'zod';
import { ruleSchema } from './rule.ts';
import { text } from './values.ts';

export const extensionSchema = z
  .strictObject({
    channels: z.array(text(), { error: 'expected a list, such as [PJSIP/101]' }).optional().meta({
      description:
        'Its endpoints. Left out: PJSIP/N, SIP/N, IAX2/N and SCCP/N. In a pattern {extension} stands for the number. `[]` exempts it from a pattern that matches it (for a gateway): it is then no extension.',
    }),
    did: text()
      .optional()
      .meta({ description: 'Its number from outside, sent as CalledDID of calls between extensions.' }),
    queue: text().optional().meta({
      description:
        'This extension stands for the queue of this name; each caller who waits in it is one of its calls, from the moment that the waiting begins. It has no channels. Needs read=agent.',
    }),
    line: z
      .array(text(), { error: 'expected a list of numbers and patterns, such as ["+18005550100", _1800X.]' })
      .min(1, { error: 'expected at least one number or pattern' })
      .optional()
      .meta({
        description:
          'This extension stands for all calls that come in on these numbers or patterns (CalledDID, as it is sent), whatever becomes of the call inside. It has no channels.',
      }),
    notes: text().optional().meta({ description: 'For people.' }),
    events: z
      .array(ruleSchema, { error: 'expected a list of events, each beginning with "- on:"' })
      .optional()
      .meta({ description: 'The requests that it sends. Left out: those of the best matching pattern.' }),
  })
  .nullable()
  .transform((value) => value ?? {});

/** `extensions:`, for all servers or for one. */
export const extensionsSchema = () =>
  z.record(z.string(), extensionSchema, { error: 'expected extensions, each with its key, such as "101":' });
