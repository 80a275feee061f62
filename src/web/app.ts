import type { IncomingMessage } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import fastifyFormbody from '@fastify/formbody';
import fastifyHelmet from '@fastify/helmet';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { HistoryError } from '../delivery/history/history-error.ts';
import { addOpenapi } from './api/openapi.ts';
import { type Asset, loadAssets } from './assets.ts';
import type { Authenticator, WebSettings } from './auth/authenticator.ts';
import { allowedHosts } from './auth/hosts.ts';
import { Cookies } from './cookies.ts';
import { FastifyRouter } from './fastify-router.ts';
import { layout } from './layout.ts';
import { errorBody } from './pages/error.ts';
import { addLogin } from './pages/login.ts';
import { Flashes } from './render/flash.ts';
import { withQuery } from './render/href.ts';
import { addRequestChecks, NotLoggedIn } from './request-checks.ts';
import type { Page } from './router.ts';
import { registerAll } from './routes.ts';
import type { WebContext } from './web-context.ts';
import { problemOf, WebError } from './web-error.ts';

/** The longest parameter of a path: an extension's number may be long, and is escaped there. */
const LONGEST_PARAM = 1000;

export interface AppOptions {
  context: WebContext;
  authenticator: Authenticator;
  settings: WebSettings;
  /** The certificate and its key, PEM; absent: no TLS. */
  tls: { cert: string; key: string } | undefined;
}

/** The page and the API, not listening yet. */
export async function createApp({ context, authenticator, settings, tls }: AppOptions): Promise<FastifyInstance> {
  const { href, log } = context;
  const app = createFastify(settings, tls);
  const cookies = new Cookies(settings.path, new Flashes());
  await app.register(fastifyHelmet, SECURITY_HEADERS);
  await app.register(fastifyCookie);
  app.addHook('onSend', async (_, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  addRequestChecks(app, { authenticator, cookies, hosts: allowedHosts(settings) });

  const render = (page: Page, request: FastifyRequest, reply: FastifyReply) =>
    layout(page, { href, visitor: request.visitor, flash: cookies.takeFlash(request, reply) }).toString();
  const sendError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const wrong = asWebError(error, log);
    reply.code(wrong.status).headers({ ...wrong.headers });
    if (request.url.startsWith('/api/')) return sendProblem(wrong, reply);
    if (wrong instanceof NotLoggedIn && request.method === 'GET')
      return reply.redirect(withQuery(href`/login`, { next: href`/`.slice(0, -1) + request.url }), 303);
    const page = { title: wrong.title, body: errorBody(wrong, request, href) };
    return reply.type('text/html; charset=utf-8').send(render(page, request, reply));
  };
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    sendError(new WebError(404, `there is nothing at ${request.url.split('?')[0]}`), request, reply),
  );

  const scopes = await scopesOf(app);
  const router = new FastifyRouter({ context, cookies, render, ...scopes });
  addAssets(scopes.pages, loadAssets());
  addLogin(scopes.pages, { context, authenticator, cookies, render });
  registerAll(router, context);
  addOpenapi(router, context);
  router.refuseOtherMethods();
  return app;
}

/** The parts of Fastify that have parsers of their own: pages take forms, the API takes JSON. */
async function scopesOf(app: FastifyInstance): Promise<{ pages: FastifyInstance; api: FastifyInstance }> {
  // Never await or return an instance of Fastify by itself: it is thenable, and would resolve to another one.
  let pages = app;
  let api = app;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(fastifyFormbody, { parser: (text: string) => new URLSearchParams(text) as never });
    pages = scope;
  });
  await app.register(
    async (scope) => {
      scope.removeContentTypeParser('text/plain');
      api = scope;
    },
    { prefix: '/api/v1' },
  );
  return { pages, api };
}

function asWebError(error: unknown, log: WebContext['log']): WebError {
  if (error instanceof WebError) return error;
  if (error instanceof HistoryError) return new WebError(503, error.message);
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode < 500) return new WebError(statusCode, message);
  log.error({ err: error }, 'the page: an internal error');
  return new WebError(500, 'an internal error; the log of the service says more');
}

function sendProblem(wrong: WebError, reply: FastifyReply): FastifyReply {
  return reply
    .code(wrong.status)
    .headers({ ...wrong.headers })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(wrong)));
}

function addAssets(app: FastifyInstance, assets: ReadonlyMap<string, Asset>): void {
  for (const [name, { type, text, etag }] of assets)
    app.get(`/assets/${name}`, { config: { access: 'public' } }, async (request, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache' });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(text);
    });
}

function createFastify({ path, trustProxy }: WebSettings, tls: AppOptions['tls']): FastifyInstance {
  const options = {
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PARAM, ignoreTrailingSlash: true },
    trustProxy: trustProxy.length > 0 ? trustProxy : false,
    // A proxy may pass `web.path` on, or strip it.
    rewriteUrl: ({ url = '/' }: IncomingMessage) => withoutPath(url, path),
  };
  return tls === undefined
    ? (fastify(options) as FastifyInstance)
    : (fastify({ ...options, https: tls }) as unknown as FastifyInstance);
}

function withoutPath(url: string, path: string): string {
  const isBelow = path !== '/' && ['/', '?', undefined].includes(url[path.length]) && url.startsWith(path);
  return isBelow ? url.slice(path.length).replace(/^(?!\/)/, '/') : url;
}

const SECURITY_HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' as const },
  // HSTS would apply to all ports of the host.
  strictTransportSecurity: false,
};
