import * as z from 'zod';
import type { WrittenChange } from '../../config/edit/config-editor.ts';
import { type ListedExtension, listExtensions, searchExtensions } from '../editing/extension-list.ts';
import { extensionsOf } from '../editing/extensions-of.ts';
import { digestOf } from '../editing/modified-times.ts';
import { RuleStore } from '../editing/rule-store.ts';
import { withQuery } from '../render/href.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';
import { expectMatch, hasAlready } from './etag.ts';
import { serverOfExtension } from './query-fields.ts';
import { collectionOf, collectionQuery, collectionSchema, onlyFields } from './unified-api-list.ts';

const extensionSchema = z
  .object({
    extension: z.string().meta({ description: 'Its key in config.yaml: `101`, or a pattern such as `_1XX`.' }),
    pattern: z.boolean().meta({ description: 'Whether it is a pattern, which stands for all that it matches.' }),
    server: z.string().optional().meta({ description: 'The Asterisk server whose own it is.' }),
    did: z.string().optional(),
    notes: z.string().optional(),
    channels: z.array(z.string()).optional().meta({ description: 'Left out: those that follow from its name.' }),
    queue: z.string().optional(),
    line: z.array(z.string()).optional(),
    rulesFrom: z.string().optional().meta({
      description: 'The key that its Call Events stand under: its own, or that of a pattern; absent: it has none.',
    }),
    callEvents: z.int().meta({ description: 'How many Call Events it has.' }),
    links: z.object({ self: z.string(), phoneCallEvents: z.string() }),
  })
  .meta({ id: 'Extension' });

const FIELDS = Object.keys(extensionSchema.shape);

const texts = z.array(z.union([z.string(), z.number()]));
const settingsShape = {
  did: z.union([z.string(), z.number(), z.null()]).optional(),
  notes: z.union([z.string(), z.number(), z.null()]).optional(),
  channels: z.union([texts, z.null()]).optional(),
  queue: z.union([z.string(), z.number(), z.null()]).optional(),
  line: z.union([texts, z.null()]).optional(),
};
const newSchema = z
  .looseObject({
    extension: z.union([z.string().min(1), z.number()]),
    server: z.string().optional().meta({ description: 'The Asterisk server whose own it is to be; left out: all.' }),
    ...settingsShape,
  })
  .meta({ id: 'NewExtension' });
const changeSchema = z
  .looseObject(settingsShape)
  .meta({ id: 'ExtensionChange', description: 'What is left out stays as it is; null takes it out.' });

const tag = 'Extensions';
const params = z.object({ extension: z.string() });
const place = z.object({ server: serverOfExtension });
const etagHeader = { etag: 'Changes with it; for If-Match.' };

/** The extensions of config.yaml, patterns among them. */
export function register(router: Router, context: WebContext): void {
  const store = new RuleStore(context);
  const { href } = context;
  const shown = ({ name, isPattern, ids, ...rest }: ListedExtension) => ({
    extension: name,
    pattern: isPattern,
    ...rest,
    callEvents: ids.length,
    links: {
      self: withQuery(href`/api/v1/extensions/${name}`, { server: rest.server }),
      phoneCallEvents: withQuery(href`/api/v1/extensions/${name}/phoneCallEvents`, { server: rest.server }),
    },
  });
  const list = () => listExtensions(context.config, (server) => extensionsOf(context, server));
  const find = (name: string, server: string | undefined) => {
    const place = store.entryPlace(name, server);
    const one = place && list().find((each) => each.name === name && each.server === place.server);
    if (one === undefined) throw new WebError(404, `there is no entry ${name} under extensions in config.yaml`);
    return shown(one);
  };

  router.api({
    method: 'GET',
    path: '/extensions',
    access: 'read',
    tag,
    summary: 'The extensions of config.yaml, with patterns.',
    query: collectionQuery.extend({
      q: z
        .string()
        .optional()
        .meta({ description: 'Words in name, DID, notes or channels; or a number, for the patterns that match it.' }),
      server: z.string().optional().meta({
        description: 'The name of an Asterisk server, of several: its own extensions and those for all servers.',
      }),
    }),
    answers: {
      200: {
        description: 'Those of this page.',
        schema: collectionSchema(extensionSchema).meta({ id: 'ExtensionCollection' }),
      },
    },
    handle({ query: { q = '', ...query } }) {
      const { extensions } = context.config;
      const { server } = query;
      if (server !== undefined) store.expectServer(server);
      const all = searchExtensions(list(), q, extensions).filter(
        (one) => server === undefined || one.server === undefined || one.server === server,
      );
      const self = href`/api/v1/extensions`;
      return { status: 200, body: collectionOf(all, shown, { ...query, ...(q !== '' && { q }) }, FIELDS, self) };
    },
  });

  router.api({
    method: 'GET',
    path: '/extensions/{extension}',
    access: 'read',
    tag,
    summary: 'One extension, or pattern.',
    params,
    query: place.extend({ fields: z.string().optional() }),
    answers: {
      200: { description: 'It.', schema: extensionSchema.partial(), headers: etagHeader },
      304: { description: 'Not changed.' },
    },
    handle({ params: { extension }, query, headers }) {
      const body = find(extension, query.server);
      const etag = `"${digestOf(body)}"`;
      if (hasAlready(headers, etag)) return { status: 304, headers: { etag } };
      return { status: 200, headers: { etag }, body: onlyFields(body, query.fields, FIELDS) };
    },
  });

  router.api({
    method: 'POST',
    path: '/extensions',
    access: 'write',
    tag,
    summary: 'Adds an extension, or a pattern; with `server`, in the body or as a parameter, to that server alone.',
    query: z.object({ server: z.string().optional().meta({ description: 'As in the body.' }) }),
    body: newSchema,
    answers: { 201: { description: 'It.', schema: extensionSchema, headers: { location: 'Where it is.' } } },
    async handle({ query, body: { extension: given, server = query.server, ...settings } }) {
      const extension = String(given);
      if (query.server !== undefined && query.server !== server)
        throw new WebError(422, `server: is ${server} in the body and ${query.server} in the address`);
      if (server !== undefined) store.expectServer(server);
      if (store.entry(extension, server) !== undefined)
        throw new WebError(409, `extension ${extension} is there already`);
      await store.save([{ kind: 'add extension', extension, server, settings: asTexts(settings) }]);
      const body = find(extension, server);
      return {
        status: 201,
        headers: { location: body.links.self },
        body,
        change: { what: `added extension ${extension}`, after: asTexts(settings) },
      };
    },
  });

  router.api({
    method: 'PUT',
    path: '/extensions/{extension}',
    access: 'write',
    tag,
    summary: 'Changes the settings of an extension; its Call Events have paths of their own.',
    params,
    query: place,
    body: changeSchema,
    answers: { 200: { description: 'It, afterwards.', schema: extensionSchema, headers: etagHeader } },
    async handle({ params: { extension }, query: { server }, body: given, headers }) {
      const before = find(extension, server);
      expectMatch(headers, `"${digestOf(before)}"`);
      await store.save([{ kind: 'change extension', extension, server: before.server, settings: asTexts(given) }]);
      const body = find(extension, server);
      return {
        status: 200,
        headers: { etag: `"${digestOf(body)}"` },
        body,
        change: { what: `changed extension ${extension}`, before, after: body },
      };
    },
  });

  router.api({
    method: 'DELETE',
    path: '/extensions/{extension}',
    access: 'write',
    tag,
    summary: 'Takes an extension out of config.yaml, with its Call Events.',
    params,
    query: place,
    answers: { 204: { description: 'It is gone.' } },
    async handle({ params: { extension }, query: { server }, headers }) {
      const before = find(extension, server);
      expectMatch(headers, `"${digestOf(before)}"`);
      await store.save([{ kind: 'remove extension', extension, server: before.server }]);
      return { status: 204, change: { what: `deleted extension ${extension}`, before } };
    },
  });
}

/** Keys of an answer that may be sent back. */
const READ_ONLY = ['extension', 'pattern', 'server', 'rulesFrom', 'callEvents', 'links'];

function asTexts(settings: Readonly<Record<string, unknown>>): WrittenChange {
  const given = Object.entries(settings).filter(([key, value]) => value !== undefined && !READ_ONLY.includes(key));
  return Object.fromEntries(
    given.map(([key, value]) => [
      key,
      value === null || value === '' ? null : Array.isArray(value) ? value.map(String) : String(value),
    ]),
  );
}
