import type { WebContext } from '../context.ts';
import type { Site } from '../site.ts';
import { localAddress } from '../view/href.ts';
import { resume } from '../watch/actions.ts';
import { watchOf } from '../watch/watch.ts';

/** A rule whose receiver answered 410 Gone is let send again. */
export function register(site: Site, context: WebContext): void {
  const watch = watchOf(context);
  site.action({
    path: '/rules/:id/resume',
    access: 'write',
    async run({ params, form }) {
      const change = await resume(watch, params.id ?? '');
      return {
        seeOther: localAddress(form.get('next')) ?? context.href`/`,
        flash: { kind: 'done', text: `Rule ${params.id} sends again, from the next call event on.` },
        change,
      };
    },
  });
}
