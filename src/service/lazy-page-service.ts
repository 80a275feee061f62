import type { Config } from '../config/config.ts';
import type { PageService } from '../web/page-service.ts';
import type { WebServer } from '../web/server.ts';

/** The page of the service. Nothing of it is loaded until config.yaml wants it. */
export class LazyPageService {
  readonly #service: PageService;
  #server: WebServer | undefined;
  /** One change after the other. */
  #changes: Promise<void> = Promise.resolve();

  constructor(service: PageService) {
    this.#service = service;
  }

  /** The address of the page; absent while it is not served. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  /** Applies settings, at once or after earlier ones. */
  configure(settings: Config['web']): void {
    this.#changes = this.#changes
      .then(async () => this.#configure(settings))
      // Its files may be missing while a package is replaced.
      .catch((err) => this.#service.log.error({ err }, 'the page cannot be loaded; calls are not touched by that'));
  }

  async close(): Promise<void> {
    await this.#changes;
    await this.#server?.close();
  }

  async #configure(settings: Config['web']): Promise<void> {
    if (this.#server === undefined && settings.enabled) {
      const { WebServer } = await import('../web/server.ts');
      this.#server = new WebServer(this.#service);
    }
    this.#server?.configure(settings);
  }
}
