import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from './auth/authenticator.ts';
import { originOf } from './auth/cross-origin.ts';
import { isAllowedHost } from './auth/hosts.ts';
import type { Access, Visitor } from './auth/visitor.ts';
import type { Cookies } from './cookies.ts';
import { WebError } from './web-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The visitor; absent: unknown, which only public routes allow. */
    visitor: Visitor | undefined;
  }
  interface FastifyContextConfig {
    /** The visitors who may use the route. `public`: everybody. Left out: nobody. */
    access?: Access | 'public';
    /** Whether the route makes a login, so that no token can be required. */
    isLogin?: boolean;
  }
}

/** The visitor is not logged in: a page leads to the login. */
export class NotLoggedIn extends WebError {
  constructor() {
    super(401, 'log in, or send `Authorization: Bearer TOKEN` with a token of web.tokens', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

export interface RequestCheckOptions {
  authenticator: Authenticator;
  cookies: Cookies;
  hosts: ReadonlySet<string>;
}

/** Checks every request before its route runs: the Host header, the visitor and the origin. */
export function addRequestChecks(app: FastifyInstance, { authenticator, cookies, hosts }: RequestCheckOptions): void {
  app.decorateRequest('visitor', undefined);
  app.addHook('onRequest', async (request) => {
    checkHost(request, hosts);
    const { headers, ip } = request;
    request.visitor = authenticator.visitorOf(headers.authorization, cookies.session(request), ip);
    const { access, isLogin = false } = request.routeOptions.config;
    checkOrigin(request, isLogin);
    if (access === 'public') return;
    if (request.visitor === undefined) throw new NotLoggedIn();
    if (access === 'write' && request.visitor.access !== 'write')
      throw new WebError(403, `"${request.visitor.name}" may only look; web.users and web.tokens say who may write`);
  });
}

function checkHost(request: FastifyRequest, hosts: ReadonlySet<string>): void {
  // `request.host` is X-Forwarded-Host of a trusted proxy, else the Host header; where that is empty, Fastify gives the
  // address that it listens on. Of two Host headers Node takes the first, and a proxy perhaps the other: refused.
  const given = request.raw.headersDistinct.host ?? [];
  if (isAllowedHost(request.host, hosts) && request.headers.host && given.length === 1) return;
  throw new WebError(
    403,
    `this page is not asked for by the name "${request.host}"; if it should be, add the name to web.names`,
  );
}

function checkOrigin({ method, headers, host, visitor }: FastifyRequest, isLogin: boolean): void {
  const origin = originOf(method, headers, host);
  if (origin === 'same') return;
  if (origin === 'other') throw new WebError(403, 'this was sent by a page of another site');
  if (isLogin || visitor?.by === 'token' || visitor?.by === 'demo') return;
  if (visitor === undefined) throw new NotLoggedIn();
  throw new WebError(403, 'a program that changes something needs a token: `Authorization: Bearer TOKEN`');
}
