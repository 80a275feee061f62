import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { logChange } from './audit.ts';
import type { Cookies } from './cookies.ts';
import { EventStream } from './render/event-stream.ts';
import type {
  ActionRoute,
  ApiAnswer,
  ApiRoute,
  Change,
  Page,
  PageRequest,
  PageRoute,
  Router,
  SeeOther,
  StreamRoute,
  Text,
} from './router.ts';
import type { WebContext } from './web-context.ts';
import { WebError, wrongValues } from './web-error.ts';

/** An API route whatever its schemas are. */
export type AnyApiRoute = Omit<
  ApiRoute<z.ZodObject | undefined, z.ZodObject | undefined, z.ZodType | undefined>,
  never
>;

export interface FastifyRouterOptions {
  context: WebContext;
  cookies: Cookies;
  render(page: Page, request: FastifyRequest, reply: FastifyReply): string;
  /** The part of Fastify where pages are, and that of the API. */
  pages: FastifyInstance;
  api: FastifyInstance;
}

/** Registers routes with Fastify. The API's declarations are kept for its OpenAPI document. */
export class FastifyRouter implements Router {
  readonly apiRoutes: AnyApiRoute[] = [];
  readonly streamRoutes: StreamRoute[] = [];
  readonly #options: FastifyRouterOptions;
  readonly #streams = new Set<EventStream>();

  constructor(options: FastifyRouterOptions) {
    this.#options = options;
    options.context.onClose(() => {
      for (const stream of this.#streams) stream.close();
    });
  }

  page({ path, access, show }: PageRoute): void {
    this.#options.pages.get(path, { config: { access } }, async (request, reply) =>
      this.#answer(await show(pageRequestOf(request)), request, reply),
    );
  }

  action({ path, access, run }: ActionRoute): void {
    this.#options.pages.post(path, { config: { access } }, async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      return this.#answer(await run({ ...pageRequestOf(request), form }), request, reply);
    });
  }

  api<
    Params extends z.ZodObject | undefined = undefined,
    Query extends z.ZodObject | undefined = undefined,
    Body extends z.ZodType | undefined = undefined,
  >(route: ApiRoute<Params, Query, Body>): void {
    const declared = route as unknown as AnyApiRoute;
    this.apiRoutes.push(declared);
    const { method, path, access } = declared;
    const url = fastifyPath(path);
    this.#options.api.route({
      method,
      url,
      config: { access },
      handler: async (request, reply) => this.#handle(declared, request, reply),
    });
  }

  stream(route: StreamRoute): void {
    this.streamRoutes.push(route);
    this.#options.api.get(route.path, { config: { access: 'read' }, exposeHeadRoute: false }, (request, reply) => {
      const page = pageRequestOf(request);
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value);
      const stream = new EventStream(reply.raw, () => page.visitor.isValid());
      this.#streams.add(stream);
      stream.onClose(() => this.#streams.delete(stream));
      route.open(stream, page);
    });
  }

  /** Answers other methods on a path of the API with the allowed ones. Called after all routes are declared. */
  refuseOtherMethods(): void {
    const declared = [...this.apiRoutes, ...this.streamRoutes.map(({ path }) => ({ path, method: 'GET' as const }))];
    for (const [path, routes] of Map.groupBy(declared, (route) => route.path)) {
      const has = new Set<string>(routes.map(({ method }) => method));
      if (has.has('GET')) has.add('HEAD');
      const allow = [...has, 'OPTIONS'].sort().join(', ');
      this.#options.api.route({
        method: METHODS.filter((method) => !has.has(method)),
        url: fastifyPath(path),
        config: { access: 'read' },
        // Before a body is parsed.
        onRequest: async ({ method }, reply) => {
          if (method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
          throw new WebError(405, `there is no ${method} here, but ${allow}`, { headers: { allow } });
        },
        handler: async (_, reply) => reply.send(),
      });
    }
  }

  async #handle(route: AnyApiRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { visitor } = pageRequestOf(request);
    const answer: ApiAnswer = await route.handle({
      params: checked(route.params, request.params, 404),
      query: checked(route.query, route.query && fieldsOf(request), 400),
      body: checked(route.body, request.body, 400),
      visitor,
      headers: request.headers,
    });
    this.#log(answer.change, request);
    reply.code(answer.status).headers({ ...answer.headers });
    if (answer.body === undefined) return reply.send();
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
  }

  #answer(answer: Page | SeeOther | Text, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if ('change' in answer) this.#log(answer.change, request);
    if ('seeOther' in answer) {
      if (answer.flash !== undefined) this.#options.cookies.setFlash(request, reply, answer.flash);
      return reply.redirect(answer.seeOther, 303);
    }
    reply.code(answer.status ?? 200);
    if ('body' in answer)
      return reply.type('text/html; charset=utf-8').send(this.#options.render(answer, request, reply));
    if (answer.saveAs !== undefined)
      reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(answer.saveAs)}`);
    return reply.type(answer.type).send(answer.text.toString());
  }

  #log(change: Change | undefined, { visitor }: FastifyRequest): void {
    const { log, redactor } = this.#options.context;
    if (change !== undefined && visitor !== undefined) logChange(log, redactor, visitor, change);
  }
}

const METHODS = ['DELETE', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'GET'] as const;

const fastifyPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

function pageRequestOf({ params, url, visitor }: FastifyRequest): PageRequest {
  if (visitor === undefined) throw new Error('a route that is not public has a visitor');
  return { params: params as PageRequest['params'], query: new URL(url, 'http://localhost').searchParams, visitor };
}

/** The fields of the query. @throws WebError when one is there twice */
function fieldsOf({ url }: FastifyRequest): Record<string, string> {
  const { searchParams } = new URL(url, 'http://localhost');
  for (const name of searchParams.keys())
    if (searchParams.getAll(name).length > 1) throw new WebError(400, `${name}: is there more than once`);
  return Object.fromEntries(searchParams);
}

/** @param status of the error, when the value is wrong */
function checked(schema: z.ZodType | undefined, value: unknown, status: number) {
  if (schema === undefined) return undefined as never;
  const result = schema.safeParse(value);
  if (!result.success) throw wrongValues(result.error, status);
  return result.data as never;
}
