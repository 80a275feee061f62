import * as z from 'zod';

const BEYOND = [
  ...['when', 'headers', 'params', 'body', 'accept', 'parameters', 'profile', 'variables', 'timeout', 'retry'],
  'signing',
];
/** The names that `fields` and `filterBy` take. */
export const FIELDS = [
  'type',
  'id',
  'method',
  'note',
  'url',
  'status',
  'modified',
  'links',
  'inheritedFrom',
  ...BEYOND,
];

/** Keys whose values are those of config.yaml, with this description. */
const beyond = Object.fromEntries(
  BEYOND.map((key) => [
    key,
    z
      .unknown()
      .optional()
      .meta({ description: `As config.yaml has it: \`${key}\`.` }),
  ]),
);

export const phoneCallEventSchema = z
  .object({
    type: z.string().meta({
      description: '"0" Dial-In, "1" Dial-Out, "2" Hangup, "3" Answer-In, "4" Answer-Out, "5" Missed.',
    }),
    id: z.string().meta({ description: 'Event ID.' }),
    method: z.enum(['0', '1']).meta({ description: '"0" GET, "1" POST.' }),
    note: z.string(),
    url: z.string().meta({ description: 'Secrets in it are ***; sent back unchanged, they stay what they are.' }),
    status: z.enum(['0', '1']).meta({ description: '"0" disabled, "1" enabled.' }),
    modified: z.iso.datetime(),
    links: z.object({ self: z.string() }),
    inheritedFrom: z.string().optional().meta({
      description: 'The pattern that it belongs to; absent: it is the own one of this extension.',
    }),
    ...beyond,
  })
  .meta({ id: 'PhoneCallEvent' });

/** The answer to a POST. */
export const createdSchema = phoneCallEventSchema
  .extend({
    copied: z
      .object({
        from: z.string(),
        ids: z
          .record(z.string(), z.string())
          .meta({ description: 'The Event ID of each copy, by that of its original.' }),
        message: z.string(),
      })
      .optional()
      .meta({ description: 'The Call Events of a pattern, which became the own ones of this extension first.' }),
  })
  .meta({ id: 'CreatedPhoneCallEvent' });

const textOrNumber = z.union([z.string(), z.number(), z.boolean()]);
const inputShape = {
  method: textOrNumber.optional().meta({ description: '"0" GET, "1" POST.' }),
  status: textOrNumber.optional().meta({ description: '"0" disabled, "1" enabled.' }),
  note: z.union([z.string(), z.number(), z.null()]).optional(),
  id: z.union([z.string(), z.number()]).optional(),
  ...beyond,
};
export const newSchema = z
  .looseObject({ type: textOrNumber.optional(), url: z.string().optional(), ...inputShape })
  .meta({
    id: 'NewPhoneCallEvent',
    description: '`type` and `url` are needed; `method` is "0" and `status` "1" where left out.',
  });
export const changeSchema = z
  .looseObject({ type: textOrNumber.optional(), url: z.string().optional(), ...inputShape })
  .meta({
    id: 'PhoneCallEventChange',
    description: 'What is left out stays as it is; null takes it out. A *** keeps the secret that it stands for.',
  });
