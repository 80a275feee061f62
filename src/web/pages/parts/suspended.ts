import type { SuspendedRule } from '../../../delivery/admin.ts';
import type { Href } from '../../render/href.ts';
import { type Html, html } from '../../render/html.ts';
import { timeTag } from '../../render/time.ts';
import type { WebContext } from '../../web-context.ts';

/** A note that a rule is suspended, with a button that resumes it. @param next the page to go to afterwards */
export function suspendedNote(
  { ruleId, since, reason }: SuspendedRule,
  { href, redactor }: WebContext,
  canWrite: boolean,
  next: Href,
): Html {
  return html`<div class="problem">
<p>Rule <code>${ruleId}</code> has been suspended since ${timeTag(since)}: it sends nothing until it is resumed. <span class="reason">${redactor.text(reason)}</span></p>
${canWrite && html`<form method="post" action="${href`/rules/${ruleId}/resume`}"><input type="hidden" name="next" value="${next}"><button>Resume ${ruleId}</button></form>`}
</div>`;
}
