import { CALL_EVENT_TITLES } from '../../../event-and-parameter-names.ts';
import type { OpenLeg } from '../../../service/service-state.ts';
import { partiesOf } from '../../activity/leg-words.ts';
import { withQuery } from '../../render/href.ts';
import { type Html, html } from '../../render/html.ts';
import { short } from '../../render/short.ts';
import { lengthText, timeTag } from '../../render/time.ts';
import type { WebContext } from '../../web-context.ts';
import { listTable } from './list-table.ts';

/** Open legs, one a line. */
export function legTable(legs: readonly OpenLeg[], { href, state }: WebContext, now = Date.now()): Html {
  const hasServers = state.servers.length > 1;
  return listTable(
    [
      ...[{ title: 'Extension' }, { title: 'Direction' }, { title: 'With' }, { title: 'Number' }],
      ...[{ title: 'State' }, { title: 'Since' }, ...(hasServers ? [{ title: 'Asterisk' }] : []), { title: 'Call' }],
    ],
    legs.map((leg) => {
      const { extension, params, answered, openedAt, answeredAt, server, channels } = leg;
      const parties = partiesOf(leg);
      const since = answeredAt ?? openedAt;
      return [
        html`<a href="${href`/extensions/${extension}`}" title="${channels.join(', ')}">${extension}</a>`,
        params.CallFlow === 'IN' ? CALL_EVENT_TITLES['dial-in'] : CALL_EVENT_TITLES['dial-out'],
        short(parties.with),
        short(parties.number ?? '–'),
        html`<span class="state ${answered ? 'good' : 'wait'}"><span aria-hidden="true">${answered ? '✓' : '…'}</span> ${answered ? 'answered' : 'ringing'}</span>`,
        html`${timeTag(since, now)}${since !== undefined && html` <span class="quiet-text">${lengthText(now - since)}</span>`}`,
        ...(hasServers ? [server] : []),
        html`<a href="${withQuery(href`/calls/${params.CallID}`, { server })}">story</a>`,
      ];
    }),
  );
}
