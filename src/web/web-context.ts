import { ConfigEditor } from '../config/edit/config-editor.ts';
import type { OutboxAdmin } from '../delivery/admin.ts';
import { OutboxError } from '../delivery/outbox/open-outbox.ts';
import { Redactor } from '../redact/redactor.ts';
import type { PageService } from './page-service.ts';
import { createHref, type HrefMaker } from './render/href.ts';

/*
 * How the page and the API are made.
 *
 * Each page is one file in `pages/`, each group of API paths one in `api/`: it exports `register(router, context)`, which
 * declares its routes, and is named once in routes.ts. What is live for as long as the page is served (a story of calls, a
 * worker) is made there too, and ended with `context.onClose`.
 *
 *     export function register(router: Router, context: WebContext): void {
 *       const { href } = context;
 *       router.page({ path: '/calls/:callId', access: 'read', show: ({ params }) => ({ title: …, section: 'calls', body: html`…` }) });
 *       router.action({ path: '/calls/:callId/forget', access: 'write', run: ({ params, form }) => ({ seeOther: href`/calls`, … }) });
 *       router.api({ method: 'GET', path: '/calls/{callId}', access: 'read', …, handle: ({ params }) => ({ status: 200, body }) });
 *     }
 *
 * - Markup is made by `html` of render/html.ts alone: every text in it is escaped, in attributes too, and shown without control
 *   characters. `exact(text)` leaves those in, for the values of a form.
 * - Addresses of our own are made by `context.href`, which escapes each part and puts the page's `path` under a proxy before
 *   them. No page links to an address of somebody else: it is shown as text.
 * - Moments are shown by `timeTag` of render/time.ts; lists are paged with `pager` of render/paging.ts.
 * - What is wrong with a request is thrown as a `WebError` of web-error.ts: a page shows it, the API answers it as problem details.
 * - Who asks is `request.visitor`. `access: 'write'` keeps readers out; what was changed is returned as `change`, which is logged
 *   with who, from where, what, before and after. Return it from every route that writes.
 * - Secrets never leave the service: show texts through `context.redactor`.
 * - A thing that changes: `router.stream` sends events (render/event-stream.ts) until the visitor goes, or may no longer look.
 */

/** What a page looks at: the service, and what the page has of its own. */
export interface WebContext extends Omit<PageService, 'openAdmin' | 'secrets'> {
  /** Makes an address of our own: `href\`/calls/${id}\``. */
  readonly href: HrefMaker;
  /** The outbox by a connection of the page's own; absent until the service has opened it. */
  outbox(): OutboxAdmin | undefined;
  /** Masks what is secret in what is shown. */
  readonly redactor: Redactor;
  /** Changes config.yaml; RuleStore of editing/ is the way to it. */
  readonly editor: ConfigEditor;
  /** Does something when the page is no longer served: the service stops, or `web` has changed. */
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
  // What the service shows stays as it is now.
  return Object.setPrototypeOf(context, service);
}
