import { ConfigEditor } from '../config/edit/config-editor.ts';
import type { OutboxAdmin } from '../delivery/admin.ts';
import { OutboxError } from '../delivery/outbox/open-outbox.ts';
import { Redactor } from '../redact/redactor.ts';
import type { PageService } from './page-service.ts';
import { createHref, type HrefMaker } from './render/href.ts';

/*
 * How the page and the API are made.
 *
 * Each page is one file in `pages/`, each group of API paths one in `api/`: it exports `register(router, context)`,
 * which declares its routes, and is named once in routes.ts. Parts that live as long as the page is served (the stories
 * of calls, a worker) are created there too, and ended with `context.onClose`.
 *
 *     export function register(router: Router, context: WebContext): void {
 *       const { href } = context;
 *       router.page({ path: '/calls/:callId', access: 'read', show: ({ params }) => ({ title: …, section: 'calls', body: html`…` }) });
 *       router.action({ path: '/calls/:callId/forget', access: 'write', run: ({ params, form }) => ({ seeOther: href`/calls`, … }) });
 *       router.api({ method: 'GET', path: '/calls/{callId}', access: 'read', …, handle: ({ params }) => ({ status: 200, body }) });
 *     }
 *
 * - Markup is made only by `html` of render/html.ts: every text in it is escaped, in attributes too, and shown without
 * control   characters. `exact(text)` keeps them, for the values of a form.
 * - Addresses of our own are made by `context.href`, which escapes each part and puts the page's `path` under a proxy
 *   before them. No page links to other hosts: their addresses are shown as text.
 * - Moments are shown by `timeTag` of render/time.ts; lists are paged with `pager` of render/paging.ts.
 * - Errors in a request are thrown as `WebError` of web-error.ts: a page shows them, the API answers with problem
 * details.
 * - `request.visitor` makes the request. `access: 'write'` keeps readers out. Every route that writes returns a
 * `change`, which   is logged with the visitor, the address, and the values before and after.
 * - Secrets never leave the service: show texts through `context.redactor`.
 * - For live changes `router.stream` sends events (render/event-stream.ts) until the visitor leaves, or is no longer
 * logged in.
 */

/** The service, and the page's own tools. */
export interface WebContext extends Omit<PageService, 'openAdmin' | 'secrets'> {
  /** Makes an address of our own: `href\`/calls/${id}\``. */
  readonly href: HrefMaker;
  /** The outbox by a connection of the page's own; absent until the service has opened it. */
  outbox(): OutboxAdmin | undefined;
  /** Takes secrets out of shown texts. */
  readonly redactor: Redactor;
  /** Changes config.yaml; pages use it through RuleStore of editing/. */
  readonly editor: ConfigEditor;
  /** Registers a callback for when the page is no longer served: the service stops, or `web` has changed. */
  onClose(end: () => unknown): void;
}

/** @param path `web.path` */
export function createContext(service: PageService, path: string): WebContext & { close(): Promise<void> } {
  const ends: (() => unknown)[] = [];
  let admin: OutboxAdmin | undefined;
  const editor = new ConfigEditor(service.configFile, {
    env: service.env,
    ...(service.isDemo && { webPassword: 'optional' }),
  });
  ends.push(async () => editor.close());
  const context = {
    href: createHref(path),
    redactor: new Redactor(service.secrets),
    editor,
    outbox() {
      if (admin !== undefined) return admin;
      try {
        admin = service.openAdmin();
        ends.push(async () => admin?.close());
      } catch (error) {
        if (!(error instanceof OutboxError)) throw error;
      }
      return admin;
    },
    onClose(end: () => unknown) {
      ends.push(end);
    },
    async close() {
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
  // The getters of the service stay getters.
  return Object.setPrototypeOf(context, service);
}
