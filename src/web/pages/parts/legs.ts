import { CALL_EVENT_TITLES } from '../../../call-event-names.ts';
import type { OpenLeg } from '../../../service/service-state.ts';
import { partiesOf } from '../../activity/leg-words.ts';
import type { WebContext } from '../../context.ts';
import { type Html, html } from '../../render/html.ts';
import { short } from '../../render/short.ts';
import { durationText, timeTag } from '../../render/time.ts';

/** Open legs, one a line. */
export function legTable(legs: readonly OpenLeg[], { href, state }: WebContext, now = Date.now()): Html {
  const hasServers = state.servers.length > 1;
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Extension</th><th scope="col">Direction</th><th scope="col">With</th><th scope="col">Number</th><th scope="col">State</th><th scope="col">Since</th>${hasServers && html`<th scope="col">Asterisk</th>`}<th scope="col">Call</th></tr></thead>
<tbody>
${legs.map((leg) => {
  const { extension, params, answered, openedAt, answeredAt, server, channels } = leg;
  const parties = partiesOf(leg);
  const since = answeredAt ?? openedAt;
  return html`<tr>
<td title="${channels.join(', ')}"><a href="${href`/extensions/${extension}`}">${extension}</a></td>
<td>${params.CallFlow === 'IN' ? CALL_EVENT_TITLES['dial-in'] : CALL_EVENT_TITLES['dial-out']}</td>
<td>${short(parties.with)}</td>
<td>${short(parties.number ?? '–')}</td>
<td><span class="state ${answered ? 'good' : 'wait'}"><span aria-hidden="true">${answered ? '✓' : '…'}</span> ${answered ? 'answered' : 'ringing'}</span></td>
<td>${timeTag(since, now)}${since !== undefined && html` <span class="quiet-text">${durationText(Math.max(0, now - since))}</span>`}</td>
${hasServers && html`<td>${server}</td>`}
<td><a href="${href`/calls/${params.CallID}`}">story</a></td>
</tr>`;
})}
</tbody></table></div>`;
}
