import type { Activity } from '../../activity/activity.ts';
import { counted } from '../../activity/delivery-words.ts';
import { withQuery } from '../../render/href.ts';
import { type Html, html } from '../../render/html.ts';
import { localTime } from '../../render/time.ts';
import type { WebContext } from '../../web-context.ts';

const MOST_CHANNELS = 5;

/** Why an extension has no calls, as far as that can be known: the answer to "why does 104 send nothing?" */
export function whyNoCall(extension: string, context: WebContext, { stories, unknown }: Activity): Html {
  const { href, config, state } = context;
  const servers = state.servers.length === 0 ? [''] : state.servers.map(({ server }) => server);
  const known = servers
    .map((server) => context.extensions(server))
    .find((one) => one.ofNumber(extension) !== undefined);
  if (known === undefined)
    return html`<p class="empty">${extension} is no extension: config.yaml has no entry for it, and no pattern matches it. <a href="${withQuery(href`/extensions/new`, { extension })}">Make it one</a></p>`;
  const { entry } = known.sourceOf(extension);
  const channels = config.extensions.find(({ key, channels }) => key === entry && channels !== undefined)?.channels;
  const rules = known.rulesOf(extension).length;
  const others = unknown.list((server) => context.extensions(server)).slice(0, MOST_CHANNELS);
  return html`<div class="empty">
<p>No call with ${extension} was seen since ${localTime(stories.startedAt)}. It has <a href="${href`/extensions/${extension}`}">${counted(rules, 'Call Event', 'Call Events')}</a>, and a call is its own when one of its channels takes part: ${(channels ?? ['PJSIP/{extension}', 'SIP/{extension}', 'IAX2/{extension}', 'SCCP/{extension}']).map((channel) => channel.replaceAll('{extension}', extension)).join(', ')}.</p>
${others.length > 0 && html`<p>These channels were in calls and belong to no extension: ${others.map(({ endpoint }, index) => html`${index > 0 && ', '}<a href="${withQuery(href`/extensions/new`, { channel: endpoint, extension })}">${endpoint}</a>`)}. If one of them is its phone, it belongs under its channels.</p>`}
</div>`;
}
