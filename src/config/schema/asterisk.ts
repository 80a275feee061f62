// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import * as z from 'zod';
import { extensionsSchema } from './extension.ts';
import { wait } from './shared-keys.ts';
import { duration, flag, integer, text } from './values.ts';

/** `asterisk:` of config.yaml, where there is one server. */
export const asteriskSchema = z.strictObject({
  host: text().prefault('127.0.0.1').meta({ description: 'Where Asterisk is.' }),
  port: integer(1, 65535).prefault('5038').meta({ description: 'Its AMI port.' }),
  username: text('expected the name of a user in manager.conf').meta({
    description: 'The AMI user: its name in manager.conf.',
  }),
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
    description: 'Name of this Asterisk: the parameter Asterisk. Left out: the host.',
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
export const listedAsteriskSchema = asteriskSchema.extend({
  name: text('expected the name of this server')
    .regex(/^[\w.-]+$/, { error: 'expected letters, digits, ".", "-" and "_": it is part of ids' })
    .meta({ description: 'Name of this server: part of the delivery ids, and the parameter Asterisk.' }),
  extensions: extensionsSchema()
    .prefault({})
    .meta({ description: 'Extensions of this server alone; they take precedence over common ones with the same key.' }),
});
