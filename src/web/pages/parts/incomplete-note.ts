import type { Activity } from '../../activity/activity.ts';
import { type Html, html, nothing } from '../../render/html.ts';
import type { WebContext } from '../../web-context.ts';

/** Warns that the shown deliveries are incomplete, where they are. */
export function incompleteNote({ history }: Pick<Activity, 'history'>, { redactor }: WebContext): Html {
  const { limitedBy } = history;
  if (limitedBy === undefined) return nothing;
  const text = redactor.text(limitedBy);
  return html`<p class="problem" role="status">${text.charAt(0).toUpperCase() + text.slice(1)}.</p>`;
}
