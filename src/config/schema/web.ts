// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import * as z from 'zod';
import { duration, flag, integer, oneOf, section, text } from './values.ts';

const password = () =>
  text('expected the line that `call-events password` prints').meta({
    description: 'What `call-events password` prints. ${file:…}, ${env:…} and ${credential:…} work.',
  });

const access = () =>
  oneOf(['read', 'write']).prefault('read').meta({ description: 'read: only looks. write: changes as well.' });

/** `web:` of config.yaml: the page, and the API. */
export const webSchema = section({
  enabled: flag().prefault('false').meta({ description: 'Whether the page and /api/v1 are served.' }),
  host: text().prefault('127.0.0.1').meta({
    description: 'Address to listen on. Beyond this machine it takes `tls`, or a proxy with TLS in `trustProxy`.',
  }),
  port: integer(0, 65535).prefault('9466').meta({ description: 'Port to listen on.' }),
  path: text()
    .regex(/^\/([\w.~-]+(\/[\w.~-]+)*)?$/, { error: 'expected a path such as / or /call-events, with no / at its end' })
    .prefault('/')
    .meta({ description: 'Where a proxy shows it: /call-events. The proxy may pass the path on or strip it.' }),
  names: z.array(text(), { error: 'expected a list of host names, such as [pbx.example.com]' }).prefault([]).meta({
    description: 'Host names by which browsers ask for it, besides localhost and the address that it listens on.',
  }),
  password: password().optional(),
  users: z
    .array(
      z.strictObject(
        {
          name: text('expected a name').meta({ description: 'By which this person logs in.' }),
          password: password(),
          access: access(),
        },
        { error: (issue) => (issue.code === 'invalid_type' ? 'expected a name and a password' : undefined) },
      ),
      { error: 'expected a list of people, each beginning with "- name:"' },
    )
    .prefault([])
    .meta({ description: 'More people, besides admin.' }),
  tokens: z
    .array(
      z.strictObject(
        {
          name: text('expected a name').meta({ description: 'Whose it is; the log names it.' }),
          token: text('expected a long random text').meta({
            description: 'Sent as `Authorization: Bearer …`; at least 16 characters. ${file:…} and the like work.',
          }),
          access: access(),
        },
        { error: (issue) => (issue.code === 'invalid_type' ? 'expected a name and a token' : undefined) },
      ),
      { error: 'expected a list of tokens, each beginning with "- name:"' },
    )
    .prefault([])
    .meta({ description: 'Tokens of programs that use the API.' }),
  tls: z
    .strictObject({
      cert: text('expected the file with the certificate').meta({ description: 'File with the certificates, PEM.' }),
      key: text('expected the file with the private key').meta({ description: 'File with the private key, PEM.' }),
    })
    .optional()
    .meta({ description: 'HTTPS. The files are read again when they change.' }),
  stories: section({
    keep: duration('1m', '20d').prefault('1d').meta({ description: 'For how long after the last was seen of a call.' }),
    calls: integer(1, 1_000_000).prefault('2000').meta({ description: 'Of how many calls at most.' }),
    memory: integer(1, 10_000).prefault('20').meta({ description: 'How much memory they take at most, in MB.' }),
  })
    .prefault({})
    .meta({
      description: 'The stories of calls, which are kept in memory: what was sent for each, and what was not and why.',
    }),
  trustProxy: z
    .array(text(), { error: 'expected a list of addresses, such as [127.0.0.1]' })
    .prefault([])
    .meta({ description: 'Addresses or networks of the proxies before it, whose X-Forwarded-… headers are believed.' }),
});
