import type { LastDelivery } from '../../../delivery/admin.ts';
import type { WebContext } from '../../context.ts';
import { withQuery } from '../../view/href.ts';
import { type Html, html } from '../../view/html.ts';
import { timeTag } from '../../view/time.ts';
import { eventTitle } from '../../watch/delivery-words.ts';

/** How the last delivery went, with the way to it. */
export function lastResult(last: LastDelivery | undefined, { href, redactor }: WebContext): Html {
  if (last === undefined) return html`<span class="hint">nothing sent yet</span>`;
  const { id, callId, event, state, isFailing, createdAt, reason } = last;
  const [kind, sign, words] =
    state === 'delivered'
      ? ['good', '✓', 'delivered']
      : state === 'dead'
        ? ['bad', '✗', 'dead']
        : isFailing
          ? ['bad', '✗', 'failing, is tried again']
          : ['wait', '…', 'waits'];
  return html`<a href="${withQuery(href`/deliveries/${id}`, { call: callId })}"><span class="state ${kind}"><span aria-hidden="true">${sign}</span> ${words}</span> ${timeTag(createdAt)}</a>
<span class="hint">${eventTitle(event)}${reason !== undefined && state !== 'delivered' && `, ${redactor.text(reason)}`}</span>`;
}
