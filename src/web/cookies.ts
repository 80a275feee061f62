import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Flash, Flashes } from './render/flash.ts';

/**
 * The cookies of the page. A browser sends them to every port of a host, so their names contain our port.
 * @param path `web.path`
 */
export class Cookies {
  readonly #path: string;
  readonly #flashes: Flashes;

  constructor(path: string, flashes: Flashes) {
    this.#path = path;
    this.#flashes = flashes;
  }

  session(request: FastifyRequest): string | undefined {
    return request.cookies[nameOf('session', request)];
  }

  setSession(request: FastifyRequest, reply: FastifyReply, id: string): void {
    reply.setCookie(nameOf('session', request), id, this.#attributes(request));
  }

  clearSession(request: FastifyRequest, reply: FastifyReply): void {
    reply.clearCookie(nameOf('session', request), this.#attributes(request));
  }

  setFlash(request: FastifyRequest, reply: FastifyReply, flash: Flash): void {
    reply.setCookie(nameOf('flash', request), this.#flashes.keep(flash), this.#attributes(request));
  }

  /** The message to show on this page only; it is gone afterwards. */
  takeFlash(request: FastifyRequest, reply: FastifyReply): Flash | undefined {
    const id = request.cookies[nameOf('flash', request)];
    if (id === undefined) return undefined;
    reply.clearCookie(nameOf('flash', request), this.#attributes(request));
    return this.#flashes.take(id);
  }

  #attributes({ protocol }: FastifyRequest) {
    return { httpOnly: true, sameSite: 'strict', path: this.#path, secure: protocol === 'https' } as const;
  }
}

const nameOf = (what: string, { socket }: FastifyRequest) => `call-events-${socket.localPort ?? 0}-${what}`;
