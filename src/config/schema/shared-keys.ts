import * as z from 'zod';
import { EXTRA_PARAMETERS } from '../../event-and-parameter-names.ts';
import { duration, oneOf, text } from './values.ts';

/* Keys that stand in more than one section. */

export const parameters = () =>
  z
    .array(oneOf(EXTRA_PARAMETERS), { error: 'expected a list, such as [EventTime, Duration]' })
    .meta({ description: `More parameters to send: ${EXTRA_PARAMETERS.join(', ')}.` });

export const profile = () =>
  oneOf(['standard', 'voipnow']).meta({
    description:
      'voipnow: for receivers written for its real traffic. Also CallerIDName, CallFlow in lower case, unknown parameters sent empty.',
  });

export const variables = () =>
  z.array(text(), { error: 'expected a list of names, such as [CRM_ID]' }).meta({
    description:
      'Channel variables to send as parameters of their own name. Needs read=dialplan. FROM_DID is read too when it is named here.',
  });

/** A deadline or an interval; half a minute is long for most. */
export const wait = () => duration('10ms', '10m');

export const signing = () =>
  z.strictObject({
    secrets: z
      .array(text(), { error: 'expected a list of secrets' })
      .min(1, { error: 'expected at least one secret' })
      .max(2, { error: 'expected at most two secrets, the new one first' })
      .meta({ description: 'Standard Webhooks secrets (whsec_…); two while one replaces the other.' }),
  });

export const ca = () =>
  text('expected the path of a file').meta({
    description: 'File with certificates (PEM) of authorities to trust besides the usual ones. Read at each reload.',
  });
