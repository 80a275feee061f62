import { type Html, html } from './html.ts';

/**
 * Shows whether the page is up to date: app.js writes "live", or "not live since 10:31". Parts that change have an id
 * and `data-live`, with the names of the events of /api/v1/stream at which they are loaded anew.
 */
export function liveMark(): Html {
  return html`<p class="live-mark" data-live-mark role="status">As of now: reload to see what has changed</p>`;
}
