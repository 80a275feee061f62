// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import * as z from 'zod';
import { CALL_EVENT_NAMES } from '../../event-and-parameter-names.ts';
import { retry } from './retry.ts';
import { ca, parameters, profile, signing, variables, wait } from './shared-keys.ts';
import { flag, integer, oneOf, text } from './values.ts';

/** One of the `events` of an extension. */
export const ruleSchema = z.strictObject(
  {
    on: oneOf(CALL_EVENT_NAMES, (word) => word.toLowerCase()).meta({
      description: 'The call event: dial-in, dial-out, answer-in, answer-out, hangup or missed.',
    }),
    id: text()
      .regex(/^[\x21-\x7e]+$/, { error: 'expected letters, digits and signs without spaces: it is sent as a header' })
      .optional()
      .meta({
        description:
          'Event ID, sent as X-Event-ID. Unique. Left out: derived from extension, event and position, so that it stays when URL or notes change.',
        json: { type: ['string', 'number'] },
      }),
    method: oneOf(['GET', 'POST'], (word) => word.toUpperCase())
      .prefault('GET')
      .meta({ description: 'GET: parameters in the query. POST: in the body.' }),
    url: text('expected a URL, such as https://crm.example.com/hook').meta({
      description:
        'Where the request goes. Its own query is kept. {CallID} and the like stand for parameters; {A|B|text}: the first that is known.',
    }),
    status: oneOf(['enabled', 'disabled']).prefault('enabled').meta({ description: 'A disabled rule sends nothing.' }),
    notes: text().optional().meta({ description: 'For people.' }),
    when: z
      .record(
        z.string(),
        z.union([text(), z.array(text()).min(1, { error: 'expected at least one value' })], {
          error: 'expected a value, a list of values, a pattern such as _+1800X., any or none',
        }),
        { error: 'expected parameters with their values, such as { CallStatus: UNKNOWN }' },
      )
      .optional()
      .meta({
        description:
          'Conditions, all of which must hold: a parameter with a value, a list of values, an Asterisk pattern, any (it is known) or none; and from: outside or inside.',
      }),
    body: z
      .union([oneOf(['form', 'json']), z.record(z.string(), z.unknown()), z.array(z.unknown())], {
        error: 'expected one of: form, json; or a mapping or list, the JSON to send',
      })
      .prefault('form')
      .meta({
        description:
          'Body of a POST: application/x-www-form-urlencoded, or a JSON object of the parameters; or a mapping or list, the JSON to send, whose texts hold placeholders.',
      }),
    headers: z
      .record(z.string(), text())
      .prefault({})
      .meta({ description: 'More headers, with placeholders. Secrets as ${file:…}, ${env:…} or ${credential:…}.' }),
    params: z
      .record(z.string(), z.string({ error: 'expected a text' }))
      .prefault({})
      .meta({ description: 'More parameters, with texts and placeholders of your own. Secrets as for headers.' }),
    accept: z
      .array(integer(300, 599), { error: 'expected a list of status codes, such as [302]' })
      .prefault([])
      .meta({ description: 'Answers besides 2xx that count as delivered, by their status codes.' }),
    timeout: wait().optional().meta({ description: 'Deadline of one attempt, instead of delivery.timeout.' }),
    retry: retry().optional().meta({ description: 'When to try again, instead of delivery.retry.' }),
    signing: signing().optional().meta({ description: 'Signs the requests, instead of delivery.signing.' }),
    tls: z
      .strictObject({
        ca: ca().optional(),
        rejectUnauthorized: flag()
          .prefault('true')
          .meta({ description: 'false takes any certificate; said at each start.' }),
      })
      .optional()
      .meta({ description: 'TLS with this receiver, instead of delivery.tls.' }),
    parameters: parameters().optional(),
    profile: profile().optional(),
    variables: variables().optional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'expected an event: "on:" and "url:", one below the other' : undefined,
  },
);
