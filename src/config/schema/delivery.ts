// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import * as z from 'zod';
import { schedule } from './retry.ts';
import { ca, signing, wait } from './shared-keys.ts';
import { duration, integer, section, text } from './values.ts';

/** `delivery:` of config.yaml. */
export const deliverySchema = section({
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
});
