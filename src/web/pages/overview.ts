import type { WebContext } from '../context.ts';
import type { Site } from '../site.ts';
import { html } from '../view/html.ts';

/** Is it working? */
export function register(site: Site, context: WebContext): void {
  site.page({
    path: '/',
    access: 'read',
    show() {
      const { servers, tracker } = context.state;
      return {
        title: 'Overview',
        section: 'overview',
        body: html`<ul>
${servers.map(({ server, state }) => html`<li>Asterisk ${server}: ${state}</li>`)}
<li>${tracker.legs} legs open</li>
</ul>`,
      };
    },
  });
}
