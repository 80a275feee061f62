import * as z from 'zod';
import { digestOf } from '../editing/modified-times.ts';
import { typeOf } from '../editing/phone-call-event.ts';
import { RuleStore } from '../editing/rule-store.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { hasAlready } from './etag.ts';
import { etagOf, findRule, PhoneCallEvents, typeIn } from './phone-call-event-changes.ts';
import { changeSchema, createdSchema, FIELDS, newSchema, phoneCallEventSchema } from './phone-call-event-schemas.ts';
import { serverOfExtension } from './query-fields.ts';
import { collectionOf, collectionQuery, collectionSchema, onlyFields } from './unified-api-list.ts';

const PATH = '/extensions/{extension}/phoneCallEvents';
const tag = 'Call Events';
const etagHeader = { etag: 'Changes with it; for If-Match.' };
const extensionParams = z.object({ extension: z.string() });
const place = z.object({ server: serverOfExtension });
const typeParams = extensionParams.extend({ type: z.string() });
const ruleParams = typeParams.extend({ id: z.string() });

/** Call Events in the shape of VoipNow's UnifiedAPI PhoneCallEvents. */
export function register(router: Router, context: WebContext): void {
  const store = new RuleStore(context);
  const events = new PhoneCallEvents(context, store);
  const list = collectionSchema(phoneCallEventSchema).meta({ id: 'PhoneCallEventCollection' });

  for (const ofType of [false, true])
    router.api({
      method: 'GET',
      path: ofType ? `${PATH}/{type}` : PATH,
      access: 'read',
      tag,
      summary: ofType ? 'The Call Events of an extension for one event.' : 'The Call Events of an extension.',
      params: ofType ? typeParams : extensionParams.extend({ type: z.string().optional() }),
      query: collectionQuery.extend(place.shape),
      answers: {
        200: { description: 'Those of this page.', schema: list, headers: etagHeader },
        304: { description: 'Not changed.' },
      },
      handle: async ({ params, query, headers }) => {
        const extension = await store.extension(params.extension, query.server);
        const on = params.type === undefined ? undefined : typeIn(params.type);
        const rules = extension.rules.filter(({ written }) => on === undefined || typeOf(written.on) === typeOf(on));
        const { href } = context;
        const self =
          params.type === undefined
            ? href`/api/v1/extensions/${extension.name}/phoneCallEvents`
            : href`/api/v1/extensions/${extension.name}/phoneCallEvents/${params.type}`;
        const body = collectionOf(rules, (rule) => events.shown(extension, rule), query, FIELDS, self);
        const etag = `"${digestOf(body)}"`;
        return hasAlready(headers, etag)
          ? { status: 304, headers: { etag } }
          : { status: 200, headers: { etag }, body };
      },
    });

  router.api({
    method: 'POST',
    path: PATH,
    access: 'write',
    tag,
    summary:
      'Makes a Call Event. Where only a pattern matches the extension, the rules of the pattern become its own first.',
    params: extensionParams,
    query: place,
    body: newSchema,
    answers: {
      201: {
        description: 'The Call Event, with its Event ID.',
        schema: createdSchema,
        headers: { ...etagHeader, location: 'Where it is.' },
      },
    },
    handle: async ({ params, query, body }) => events.create({ ...params, server: query.server }, body),
  });

  router.api({
    method: 'GET',
    path: `${PATH}/{type}/{id}`,
    access: 'read',
    tag,
    summary: 'One Call Event.',
    params: ruleParams,
    query: place.extend({ fields: z.string().optional() }),
    answers: {
      200: { description: 'It.', schema: phoneCallEventSchema.partial(), headers: etagHeader },
      304: { description: 'Not changed.' },
    },
    handle: async ({ params, query, headers }) => {
      const extension = await store.extension(params.extension, query.server);
      const shown = events.shown(extension, findRule(extension, params.type, params.id));
      const etag = etagOf(shown);
      if (hasAlready(headers, etag)) return { status: 304, headers: { etag } };
      return { status: 200, headers: { etag }, body: onlyFields(shown, query.fields, FIELDS) };
    },
  });

  router.api({
    method: 'PUT',
    path: `${PATH}/{type}/{id}`,
    access: 'write',
    tag,
    summary: 'Changes a Call Event.',
    params: ruleParams,
    query: place,
    body: changeSchema,
    answers: { 200: { description: 'The Call Event afterwards.', schema: phoneCallEventSchema, headers: etagHeader } },
    handle: async ({ params, query, body, headers }) =>
      events.change({ ...params, server: query.server }, body, headers),
  });

  router.api({
    method: 'DELETE',
    path: `${PATH}/{type}/{id}`,
    access: 'write',
    tag,
    summary: 'Deletes a Call Event. The Event IDs of all others stay.',
    params: ruleParams,
    query: place,
    answers: { 204: { description: 'It is gone.' } },
    handle: async ({ params, query, headers }) => events.remove({ ...params, server: query.server }, headers),
  });
}
