import { activityOf } from '../activity/activity.ts';
import { resume } from '../activity/delivery-actions.ts';
import { localAddress } from '../render/href.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';

/** Resumes a rule whose receiver answered 410 Gone. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  router.action({
    path: '/rules/:id/resume',
    access: 'write',
    async run({ params, form }) {
      const change = await resume(activity, params.id ?? '');
      return {
        seeOther: localAddress(form.get('next')) ?? context.href`/`,
        flash: { kind: 'done', text: `Rule ${params.id} sends again, from the next call event on.` },
        change,
      };
    },
  });
}
