import * as z from 'zod';
import { packageVersion } from '../../package-root.ts';
import type { AnyApiRoute, FastifyRouter } from '../fastify-router.ts';
import type { DeclaredAnswer } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { problemSchema } from '../web-error.ts';

type Json = { [key: string]: unknown };

/** GET /api/v1/openapi.json: generated from the declarations that requests are checked by. */
export function addOpenapi(router: FastifyRouter, context: WebContext): void {
  router.api({
    method: 'GET',
    path: '/openapi.json',
    access: 'read',
    tag: 'Status',
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) } },
    handle: () => ({ status: 200, body: openapiOf(router, context.href`/api/v1`) }),
  });
}

/** The OpenAPI 3.1 document of the routes. @param base the address of the API */
function openapiOf({ apiRoutes, streamRoutes }: FastifyRouter, base: string): Json {
  const components: Json = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
    shared(z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Json, components);
  const problem = {
    description: 'What is wrong with the request, or with us.',
    content: { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } },
  };
  const answerOf = ({ description, schema, headers }: DeclaredAnswer) => ({
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, about]) => [name, { description: about, schema: { type: 'string' } }]),
      ),
    }),
    ...(schema && { content: { 'application/json': { schema: schemaOf(schema, 'output') } } }),
  });
  const paths: Record<string, Json> = {};
  for (const route of apiRoutes) {
    const { method, path, summary, tag, access, body, answers } = route;
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      summary,
      tags: [tag],
      description: access === 'write' ? 'Needs `access: write`.' : 'For everybody who is logged in.',
      parameters: [...parametersOf(route, 'path', schemaOf), ...parametersOf(route, 'query', schemaOf)],
      ...(body && {
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
      }),
      responses: {
        ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)])),
        default: problem,
      },
    };
  }
  for (const { path, summary, tag } of streamRoutes)
    paths[path] = {
      get: {
        summary,
        tags: [tag],
        responses: {
          200: { description: 'Server-sent events.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          default: problem,
        },
      },
    };
  return {
    openapi: '3.1.0',
    info: { title: 'asterisk-call-events', version: packageVersion() },
    servers: [{ url: base }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'call-events-PORT-session' },
      },
    },
  };
}

function parametersOf(
  { params, query, path }: AnyApiRoute,
  where: 'path' | 'query',
  schemaOf: (schema: z.ZodType, io: 'input') => Json,
): Json[] {
  const shape: Record<string, z.ZodType> = ((where === 'path' ? params : query)?.shape as never) ?? {};
  const names = where === 'path' ? [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name) : Object.keys(shape);
  return names.map((name) => {
    const schema = shape[name];
    const made: Json = schema === undefined ? { type: 'string' } : schemaOf(schema, 'input');
    const { description, ...rest } = made;
    return {
      name,
      in: where,
      required: where === 'path' || (schema !== undefined && !schema.safeParse(undefined).success),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

/** Moves named schemas to `components`, and refers to them. */
function shared({ $schema: _, $defs = {}, ...schema }: Json, components: Json): Json {
  const rewritten = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewritten);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : rewritten(inner),
      ]),
    );
  };
  for (const [name, part] of Object.entries($defs as Json)) components[name] = rewritten(part);
  const { id } = schema;
  if (typeof id !== 'string') return rewritten(schema) as Json;
  const { id: _id, ...own } = schema;
  components[id] = rewritten(own);
  return { $ref: `#/components/schemas/${id}` };
}
