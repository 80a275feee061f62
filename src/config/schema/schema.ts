// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import * as z from 'zod';
import { asteriskSchema, listedAsteriskSchema } from './asterisk.ts';
import { deliverySchema } from './delivery.ts';
import { extensionsSchema } from './extension.ts';
import { FEATURE_CODES } from './feature-codes.ts';
import type { ruleSchema } from './rule.ts';
import { parameters, profile, variables } from './shared-keys.ts';
import { flag, integer, oneOf, section, text } from './values.ts';
import { webSchema } from './web.ts';

/*
 * Every key of config.yaml, declared once: the types, the checks, the JSON Schema for editors and
 * docs/configuration.md all come from here. The larger sections have files of their own.
 */

export const configSchema = z.strictObject({
  asterisk: z
    .union([asteriskSchema, z.array(listedAsteriskSchema).min(1, { error: 'expected at least one server' })], {
      error: 'expected keys with values, "key: value"',
    })
    .optional()
    .meta({ description: 'The connection to Asterisk; or a list of them, each with a `name`.' }),
  extensions: extensionsSchema().meta({
    description:
      'Who is an extension, and what it sends. A key such as _1XX is an Asterisk pattern for all that match.',
  }),
  ignore: z
    .array(text(), { error: 'expected a list of numbers and patterns' })
    .prefault([...FEATURE_CODES])
    .meta({
      description:
        'Numbers whose calls are no Dial-Out: feature codes. By default not those that stand before a number that is called, such as *67 and *80.',
    }),
  numbers: z
    .array(
      z.strictObject({
        match: text('expected a regular expression').meta({ description: 'Regular expression (RE2).' }),
        replace: z
          .string({ error: 'expected a text' })
          .meta({ description: 'What takes its place; $1 is the first group.' }),
      }),
    )
    .prefault([])
    .meta({ description: 'Rewrites CallerIDNum, CalledNumber and CalledDID: every rule in its order.' }),
  parameters: parameters().prefault([]),
  profile: profile().prefault('standard'),
  variables: variables().prefault([]),
  outbox: text().optional().meta({
    description:
      'File of the outbox. Left out: $STATE_DIRECTORY/outbox.db (under systemd); with /etc/call-events/config.yaml: /var/lib/call-events/outbox.db, where it exists; else ./call-events.db.',
  }),
  queue: text('expected the address of a PostgreSQL database').optional().meta({
    description:
      'Address of a shared queue, postgres://user:${file:…}@host/database?sslmode=verify-full: `call-events deliver` workers send what is in it. Left out: the service sends.',
  }),
  delivery: deliverySchema.prefault({}).meta({ description: 'How requests are sent.' }),
  log: section({
    level: oneOf(['trace', 'debug', 'info', 'warn', 'error']).prefault('info').meta({ description: 'What is logged.' }),
    format: oneOf(['text', 'json']).optional().meta({
      description:
        'Lines for people, in the journal with syslog priorities (text), or JSON. Left out: text on a terminal and in the journal, JSON elsewhere.',
    }),
  })
    .prefault({})
    .meta({ description: 'The log.' }),
  metrics: section({
    enabled: flag().prefault('false').meta({ description: 'Whether /metrics, /livez and /readyz are served.' }),
    host: text().prefault('127.0.0.1').meta({ description: 'Address to listen on.' }),
    port: integer(0, 65535).prefault('9465').meta({ description: 'Port to listen on.' }),
  })
    .prefault({})
    .meta({ description: 'Metrics and health.' }),
  web: webSchema.prefault({}).meta({ description: 'The page, and the API.' }),
});

/** The settings as read, before extension patterns are applied and secrets are fetched. */
export type RawConfig = z.output<typeof configSchema>;
export type RawAsterisk = z.output<typeof asteriskSchema>;
export type RawRule = z.output<typeof ruleSchema>;
