import type { LastDelivery } from '../../../delivery/admin.ts';
import { eventTitle } from '../../activity/delivery-words.ts';
import { withQuery } from '../../render/href.ts';
import { type Html, html } from '../../render/html.ts';
import { timeTag } from '../../render/time.ts';
import type { WebContext } from '../../web-context.ts';

/**
 * The result of the last delivery, with a link to it.
 * @param ofRule whether it is shown in the line of its rule, which has the event already
 * @param whyNot the extension whose calls show why there is no delivery; absent: the rule is new, or disabled
 */
export function lastResult(
  last: LastDelivery | undefined,
  { href, redactor }: WebContext,
  { ofRule = false, whyNot }: { ofRule?: boolean; whyNot?: string } = {},
): Html {
  if (last === undefined)
    return html`<span class="hint">nothing sent yet</span>${whyNot !== undefined && html` <a href="${withQuery(href`/calls`, { extension: whyNot })}">why?</a>`}`;
  const { id, callId, event, state, isFailing, createdAt, reason } = last;
  const [kind, sign, words] =
    state === 'delivered'
      ? ['good', '✓', 'delivered']
      : state === 'dead'
        ? ['bad', '✗', 'dead']
        : isFailing
          ? ['bad', '✗', 'failing, is tried again']
          : ['wait', '…', 'waits'];
  const why = reason !== undefined && state !== 'delivered' ? redactor.text(reason) : '';
  const hint = [ofRule ? '' : eventTitle(event), why].filter((part) => part !== '').join(', ');
  return html`<a href="${withQuery(href`/deliveries/${id}`, { call: callId })}"><span class="state ${kind}"><span aria-hidden="true">${sign}</span> ${words}</span> ${timeTag(createdAt)}</a>
${hint !== '' && html`<span class="hint">${hint}</span>`}`;
}
