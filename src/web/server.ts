import { readFileSync, statSync } from 'node:fs';
import type { Server as HttpsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { Authenticator, type WebSettings } from './auth/authenticator.ts';
import type { PageService } from './page-service.ts';
import { createContext } from './web-context.ts';

/** How often the files of the certificate are checked. */
const LOOK_EVERY_MS = 2000;

/**
 * Serves the page and the API where config.yaml wants them. When they cannot be served the log says so; the calls go
 * on. Loaded only where they are wanted.
 */
export class WebServer {
  readonly #service: PageService;
  readonly #authenticator: Authenticator;
  /** The settings of the listening socket, as text; a new password needs no new server. */
  #listening = '';
  /** One change after the other: the old port is free before the new one is taken. */
  #changes: Promise<void> = Promise.resolve();
  #stopServing: (() => Promise<void>) | undefined;
  #url: string | undefined;

  constructor(service: PageService) {
    this.#service = service;
    this.#authenticator = new Authenticator(() => service.config.web, service.isDemo);
  }

  /** The address of the page; absent while it is not served. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Applies settings, at once or after earlier ones. */
  configure(settings: WebSettings): void {
    const { password: _, users: _users, tokens: _tokens, ...listening } = settings;
    const text = settings.enabled ? JSON.stringify(listening) : '';
    if (text === this.#listening) return;
    this.#listening = text;
    this.#changes = this.#changes.then(async () => this.#change(settings));
  }

  async close(): Promise<void> {
    this.configure({ ...this.#service.config.web, enabled: false });
    await this.#changes;
  }

  async #change(settings: WebSettings): Promise<void> {
    const { log } = this.#service;
    await this.#stopServing?.();
    this.#stopServing = undefined;
    this.#url = undefined;
    if (!settings.enabled) return;
    const { host, port, path } = settings;
    try {
      this.#url = await this.#serve(settings);
      log.info(`page and API: ${this.#url}`);
    } catch (err) {
      log.error({ err }, `the page cannot be served on ${host}:${port}${path}; calls are not touched by that`);
    }
  }

  /** @returns its URL */
  async #serve(settings: WebSettings): Promise<string> {
    const context = createContext(this.#service, settings.path);
    let app: FastifyInstance | undefined;
    this.#stopServing = async () => {
      await context.close();
      await app?.close();
    };
    try {
      const { tls } = settings;
      app = await createApp({ context, authenticator: this.#authenticator, settings, tls: tls && readTls(tls) });
      const url = await app.listen({ host: settings.host, port: settings.port });
      if (tls !== undefined) context.onClose(this.#followCertificate(tls, app.server as unknown as HttpsServer));
      return `${url}${context.href`/`}`;
    } catch (error) {
      await this.#stopServing();
      this.#stopServing = undefined;
      throw error;
    }
  }

  /** Reloads a renewed certificate; open connections keep the old one. @returns a function that ends it */
  #followCertificate(tls: TlsFiles, server: HttpsServer): () => void {
    const { log } = this.#service;
    let before = stateOf(tls);
    const timer = setInterval(() => {
      try {
        const now = stateOf(tls);
        if (now === before) return;
        server.setSecureContext(readTls(tls));
        before = now;
        log.info('the page has a new certificate');
      } catch (err) {
        log.warn({ err }, 'the new certificate of the page cannot be used; the one before stays');
      }
    }, LOOK_EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  }
}

type TlsFiles = NonNullable<WebSettings['tls']>;

const readTls = ({ cert, key }: TlsFiles) => ({ cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') });

/** Differs after each change of either file. */
function stateOf({ cert, key }: TlsFiles): string {
  return [cert, key]
    .map((file) => {
      const { ino, size, mtimeMs } = statSync(file);
      return `${ino} ${size} ${mtimeMs}`;
    })
    .join();
}
