// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import * as z from 'zod';
import { CALL_EVENT_NAMES, EXTRA_PARAMETERS } from '../../call-event-names.ts';
import { FEATURE_CODES } from './feature-codes.ts';
import { duration, flag, integer, oneOf, section, text } from './values.ts';
import { webSchema } from './web.ts';

/*
 * Every key of config.yaml, declared once: the types, the checks, the JSON Schema for editors and
 * docs/configuration.md all come from here.
 */

const parameters = () =>
  z
    .array(oneOf(EXTRA_PARAMETERS), { error: 'expected a list, such as [EventTime, Duration]' })
    .meta({ description: `More parameters to send: ${EXTRA_PARAMETERS.join(', ')}.` });

const profile = () =>
  oneOf(['standard', 'voipnow']).meta({
    description:
      'voipnow: for receivers written for its real traffic. Also CallerIDName, CallFlow in lower case, unknown parameters sent empty.',
  });

const variables = () =>
  z.array(text(), { error: 'expected a list of names, such as [CRM_ID]' }).meta({
    description:
      'Channel variables to send as parameters of their own name. Needs read=dialplan. FROM_DID is read too when it is named here.',
  });

/** A deadline or an interval; half a minute is long for most. */
const wait = () => duration('10ms', '10m');
const age = (least: string) => duration(least, '20d');

const tries = () => z.array(age('0s'), { error: 'expected a list of times, such as [0s, 1s, 3s]' }).min(1);

const schedule = (defaults: { tries: string[]; expire: string }) =>
  section({
    tries: tries().prefault(defaults.tries).meta({ description: 'When to try, counted from the event; ±20 %.' }),
    expire: age('1ms').prefault(defaults.expire).meta({ description: 'When it becomes a dead letter.' }),
  }).prefault({});

const retry = () =>
  z.strictObject({
    tries: tries().optional().meta({ description: 'When to try, counted from the event.' }),
    expire: age('1ms').optional().meta({ description: 'When it becomes a dead letter.' }),
  });

const signing = () =>
  z.strictObject({
    secrets: z
      .array(text(), { error: 'expected a list of secrets' })
      .min(1, { error: 'expected at least one secret' })
      .max(2, { error: 'expected at most two secrets, the new one first' })
      .meta({ description: 'Standard Webhooks secrets (whsec_…); two while one replaces the other.' }),
  });

const ca = () =>
  text('expected the path of a file').meta({
    description: 'File with certificates (PEM) of authorities to trust besides the usual ones. Read at each reload.',
  });

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

export const extensionSchema = z
  .strictObject({
    channels: z.array(text(), { error: 'expected a list, such as [PJSIP/101]' }).optional().meta({
      description:
        'Its endpoints. Left out: PJSIP/N, SIP/N, IAX2/N and SCCP/N. In a pattern {extension} stands for the number. []: it is not an extension, although a pattern matches it: a gateway.',
    }),
    did: text()
      .optional()
      .meta({ description: 'Its number from outside, sent as CalledDID of calls between extensions.' }),
    queue: text().optional().meta({
      description:
        'It is the queue of this name: its callers are its calls, from the moment that they wait. It has no channels. Needs read=agent.',
    }),
    line: z
      .array(text(), { error: 'expected a list of numbers and patterns, such as ["+18005550100", _1800X.]' })
      .min(1, { error: 'expected at least one number or pattern' })
      .optional()
      .meta({
        description:
          'It is everybody who calls in on these numbers or patterns (CalledDID, as it is sent), whatever becomes of the call inside. It has no channels.',
      }),
    notes: text().optional().meta({ description: 'For people.' }),
    events: z
      .array(ruleSchema, { error: 'expected a list of events, each beginning with "- on:"' })
      .optional()
      .meta({ description: 'The requests that it sends. Left out: those of the best matching pattern.' }),
  })
  .nullable()
  .transform((value) => value ?? {});

const extensionsSchema = () =>
  z.record(z.string(), extensionSchema, { error: 'expected extensions, each with its key, such as "101":' });

const asteriskSchema = z.strictObject({
  host: text().prefault('127.0.0.1').meta({ description: 'Where Asterisk is.' }),
  port: integer(1, 65535).prefault('5038').meta({ description: 'Its AMI port.' }),
  username: text('expected the name of a user in manager.conf').meta({ description: 'User of manager.conf.' }),
  secret: text('expected the secret of that user in manager.conf').meta({
    description: 'Its secret: ${file:/path}, ${env:NAME}, ${credential:NAME} (systemd), or the text itself.',
  }),
  tls: z
    .union([
      flag(),
      z.strictObject({
        ca: text().optional().meta({ description: 'File with the certificate authority, PEM.' }),
        servername: text().optional().meta({ description: 'Name in the certificate, when it is not the host.' }),
        rejectUnauthorized: flag().prefault('true').meta({ description: 'false accepts any certificate.' }),
      }),
    ])
    .prefault('false')
    .meta({ description: 'AMI over TLS.' }),
  name: text().optional().meta({
    description: 'Name of this Asterisk: part of the delivery ids, and the parameter Asterisk. Left out: the host.',
  }),
  connectTimeout: wait().prefault('5s').meta({ description: 'Deadline to connect.' }),
  loginTimeout: wait().prefault('10s').meta({ description: 'Deadline for the answer to the login.' }),
  pingInterval: duration('100ms', '1h').prefault('15s').meta({
    description: 'How often the connection is probed; one that swallows everything is noticed within two.',
  }),
  listInterval: duration('1s', '1d').prefault('5m').meta({
    description:
      'How often the list of channels is asked for: a call whose Hangup never came is ended, and events that are withheld are noticed.',
  }),
  variables: z.array(text()).prefault([]).meta({
    description:
      'Channel variables that the service itself reads: [FROM_DID] for trunks that show no number, or an account in its place; its value then is the number of every call from outside that has it. Needs read=dialplan.',
  }),
});

/** One of several: by its name its calls, log lines and metrics are known. */
const listedAsteriskSchema = asteriskSchema.extend({
  name: text('expected the name of this server')
    .regex(/^[\w.-]+$/, { error: 'expected letters, digits, ".", "-" and "_": it is part of ids' })
    .meta({ description: 'Name of this server: part of the delivery ids, and the parameter Asterisk.' }),
  extensions: extensionsSchema()
    .prefault({})
    .meta({ description: 'Extensions of this server alone, beside those for all; one of the same key goes before.' }),
});

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
      'File of the outbox. Left out: $STATE_DIRECTORY/outbox.db (under systemd), that of the installed service beside it, else ./call-events.db.',
  }),
  queue: text('expected the address of a PostgreSQL database').optional().meta({
    description:
      'Address of a shared queue, postgres://user:${file:…}@host/database?sslmode=verify-full: `call-events deliver` workers send what is in it. Left out: this process sends.',
  }),
  delivery: section({
    timeout: wait().prefault('10s').meta({ description: 'Deadline of one attempt, all in all.' }),
    connectTimeout: wait().prefault('3s').meta({ description: 'Deadline to connect.' }),
    perTarget: integer(1, 1000).prefault('4').meta({ description: 'Requests at once to one scheme, host and port.' }),
    total: integer(1, 10000).prefault('64').meta({
      description:
        'Requests at once to all receivers; the first to each does not count. Half of them are kept for receivers that answer quickly. With the first ones there are never more than 1,000.',
    }),
    retry: section({
      dial: schedule({ tries: ['0s', '1s', '3s', '8s', '20s', '45s'], expire: '2m' }).meta({
        description: 'Dial-In and Dial-Out: worthless late.',
      }),
      answer: schedule({ tries: ['0s', '1s', '3s', '8s', '20s', '45s'], expire: '2m' }).meta({
        description: 'Answer-In and Answer-Out.',
      }),
      hangup: schedule({
        tries: ['0s', '1s', '3s', '8s', '20s', '45s', '2m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '16h'],
        expire: '24h',
      }).meta({ description: 'Hangup and Missed.' }),
    })
      .prefault({})
      .meta({ description: 'When a delivery is tried, by its event.' }),
    history: section({
      keep: duration('0s', '36500d').prefault('30d').meta({ description: 'How long settled deliveries are kept.' }),
      count: integer(0, 100_000_000).prefault('1000000').meta({ description: 'How many at most.' }),
    })
      .prefault({})
      .meta({ description: 'Settled deliveries that are kept to look at.' }),
    allow: z.array(text()).prefault([]).meta({
      description: 'Addresses or networks (CIDR) that requests may go to although they are refused otherwise.',
    }),
    deny: z.array(text()).prefault([]).meta({
      description: 'Addresses or networks that requests may not go to, besides link-local and cloud metadata.',
    }),
    signing: signing().optional().meta({ description: 'Signs all requests (Standard Webhooks).' }),
    tls: z
      .strictObject({ ca: ca().optional() })
      .optional()
      .meta({ description: 'TLS with receivers whose certificates are signed by an authority of your own.' }),
    proxy: z
      .union(
        [
          text().transform((url): { url: string; no: string[] } => ({ url, no: [] })),
          z.strictObject({
            url: text('expected the URL of a proxy, such as http://proxy.example.com:3128').meta({
              description:
                'http://host:port of the proxy, with user:password@ before them where it wants that. Secrets as ${file:…}, ${env:…} or ${credential:…}.',
            }),
            no: z.array(text(), { error: 'expected a list of names and networks' }).prefault([]).meta({
              description:
                'Names (with all below them), addresses and networks that requests go to directly, besides this machine, private networks and names without a dot.',
            }),
          }),
        ],
        { error: 'expected the URL of a proxy, such as http://proxy.example.com:3128' },
      )
      .optional()
      .meta({
        description:
          'The HTTP proxy that requests leave the network through: its URL, or keys. Left out: they go directly.',
      }),
  })
    .prefault({})
    .meta({ description: 'How requests are sent.' }),
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
