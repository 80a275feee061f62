import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Cookies } from '../cookies.ts';
import { localAddress } from '../render/href.ts';
import { exact, type Html, html } from '../render/html.ts';
import { lengthText } from '../render/time.ts';
import type { Page } from '../router.ts';
import type { WebContext } from '../web-context.ts';

export interface LoginOptions {
  context: WebContext;
  authenticator: Authenticator;
  cookies: Cookies;
  /** Renders a page. */
  render(page: Page, request: FastifyRequest, reply: FastifyReply): string;
}

/** /login and /logout: the only public routes, and the only ones that set the session cookie. */
export function addLogin(app: FastifyInstance, { context, authenticator, cookies, render }: LoginOptions): void {
  const { href, log } = context;
  app.get('/login', { config: { access: 'public' } }, async (request, reply) => {
    const next = localAddress(new URL(request.url, 'http://localhost').searchParams.get('next')) ?? href`/`;
    if (request.visitor !== undefined) return reply.redirect(next, 303);
    return reply.type('text/html; charset=utf-8').send(render(loginPage(context, { next, user: '' }), request, reply));
  });
  app.post('/login', { config: { access: 'public', isLogin: true } }, async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const user = form.get('user')?.trim() ?? '';
    const next = localAddress(form.get('next')) ?? href`/`;
    const from = request.ip;
    const result = await authenticator.login(user, form.get('password') ?? '', from);
    if ('session' in result) {
      log.info({ login: { who: user || 'admin', from } }, `${user || 'admin'} has logged in on the page, from ${from}`);
      const old = cookies.session(request);
      if (old !== undefined) authenticator.logout(old);
      cookies.setSession(request, reply, result.session);
      return reply.redirect(next, 303);
    }
    log.warn({ login: { who: user || 'admin', from, ...result } }, `a login on the page was refused, from ${from}`);
    if (result.refused === 'too many') {
      const seconds = Math.ceil(result.waitMs / 1000);
      reply.code(429).header('retry-after', seconds);
      const wrong = html`Too many attempts. Try again in <time datetime="PT${seconds}S">${lengthText(seconds * 1000)}</time>.`;
      return reply
        .type('text/html; charset=utf-8')
        .send(render(loginPage(context, { next, user, wrong }), request, reply));
    }
    const wrong = 'User or password is wrong.';
    return reply
      .code(401)
      .type('text/html; charset=utf-8')
      .send(render(loginPage(context, { next, user, wrong }), request, reply));
  });
  app.post('/logout', { config: { access: 'public' } }, async (request, reply) => {
    const session = cookies.session(request);
    if (session !== undefined) authenticator.logout(session);
    cookies.clearSession(request, reply);
    return reply.redirect(href`/login`, 303);
  });
}

function loginPage(
  { href }: WebContext,
  { next, user, wrong }: { next: string; user: string; wrong?: Html | string },
): Page {
  return {
    title: 'Log in',
    body: html`<form class="login" method="post" action="${href`/login`}">
${wrong !== undefined && html`<p class="flash failed" role="alert" id="wrong"><span aria-hidden="true">✗</span> ${wrong}</p>`}
<input type="hidden" name="next" value="${exact(next)}">
<label for="user">User</label>
<input id="user" name="user" value="${exact(user)}" placeholder="admin" autocomplete="username" autocapitalize="none" spellcheck="false">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autofocus autocomplete="current-password" ${wrong !== undefined && html`aria-describedby="wrong"`}>
<button class="primary">Log in</button>
</form>
<p class="hint">No password yet? <code>call-events password</code> makes the line for <code>web.password</code> in config.yaml.</p>`,
  };
}
