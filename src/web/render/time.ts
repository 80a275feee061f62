import { type Html, html } from './html.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number) => String(value).padStart(2, '0');

/**
 * A moment in this machine's time zone: `14:03:07`, `27 Nov 14:03` on another day, `27 Nov 2025` in another year.
 * @param at milliseconds since 1970
 */
export function localTime(at: number, now = Date.now()): string {
  const [then, today] = [new Date(at), new Date(now)];
  const clock = `${two(then.getHours())}:${two(then.getMinutes())}`;
  if (then.toDateString() === today.toDateString()) return `${clock}:${two(then.getSeconds())}`;
  const day = `${then.getDate()} ${MONTHS[then.getMonth()]}`;
  return then.getFullYear() === today.getFullYear() ? `${day} ${clock}` : `${day} ${then.getFullYear()}`;
}

/** The same as markup, with the exact moment in its title. @param at milliseconds since 1970; absent: a dash */
export function timeTag(at: number | undefined, now = Date.now()): Html {
  if (at === undefined) return html`–`;
  const exactly = new Date(at).toISOString();
  return html`<time datetime="${exactly}" title="${exactly}">${localTime(at, now)}</time>`;
}

/** The same where each second counts: `14:03:07.042`. @param at milliseconds since 1970 */
export function clockTag(at: number): Html {
  const [then, exactly] = [new Date(at), new Date(at).toISOString()];
  const clock = [then.getHours(), then.getMinutes(), then.getSeconds()].map(two).join(':');
  return html`<time datetime="${exactly}" title="${exactly}">${clock}.${String(then.getMilliseconds()).padStart(3, '0')}</time>`;
}

/** How long a request took: `340 ms`, `12 s`, `3 min`. {@link lengthText} says how long people took. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return lengthText(ms);
}

/** The length of a call or a wait in words: `less than 1 s`, `12 s`, `2 min 5 s`, `3 h 10 min`, `5 days`. */
export function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 1000) return 'less than 1 s';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) return both(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return both(minutes, 60, 'h', 'min');
  return `${Math.round(minutes / 1440)} days`;
}

function both(count: number, per: number, large: string, small: string): string {
  const [whole, rest] = [Math.floor(count / per), count % per];
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}
