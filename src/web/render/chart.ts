import type { MinuteCount } from '../../delivery/admin.ts';
import { type Html, html } from './html.ts';
import { localTime } from './time.ts';

const MINUTE_MS = 60_000;
const HEIGHT = 36;
const BAR = 4;

/** A bar: the counts of one period. */
export interface Bar extends Omit<MinuteCount, 'at'> {
  at: number;
}

/**
 * Counts of periods of equal length, up to now.
 * @param minutes the length of a bar's period
 * @param bars the number of bars; the last one contains the present moment
 */
export function barsOf(counts: readonly MinuteCount[], now: number, minutes: number, bars: number): Bar[] {
  const length = minutes * MINUTE_MS;
  const last = Math.floor(now / length) * length;
  const first = last - (bars - 1) * length;
  const all = Array.from({ length: bars }, (_, index) => ({
    at: first + index * length,
    delivered: 0,
    dead: 0,
    pending: 0,
  }));
  for (const { at, delivered, dead, pending } of counts) {
    const bar = all[Math.floor((at - first) / length)];
    if (bar === undefined || at < first) continue;
    bar.delivered += delivered;
    bar.dead += dead;
    bar.pending += pending;
  }
  return all;
}

/**
 * A bar chart with delivered, waiting and dead deliveries stacked in each bar.
 * @param what the chart's description in words
 */
export function barChart(bars: readonly Bar[], what: string, now = Date.now()): Html {
  const most = Math.max(1, ...bars.map(({ delivered, dead, pending }) => delivered + dead + pending));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT));
  const width = bars.length * BAR;
  return html`<svg class="chart" role="img" aria-label="${what}" viewBox="0 0 ${width} ${HEIGHT + 1}" width="${width}" height="${HEIGHT + 1}" preserveAspectRatio="none">
<title>${what}</title>
<line class="base" x1="0" y1="${HEIGHT + 0.5}" x2="${width}" y2="${HEIGHT + 0.5}"></line>
${bars.map((bar, index) => barOf(bar, index, heightOf, now))}
</svg>`;
}

function barOf(bar: Bar, index: number, heightOf: (count: number) => number, now: number): Html {
  const { at, delivered, dead, pending } = bar;
  if (delivered + dead + pending === 0) return html``;
  let y = HEIGHT;
  const part = (kind: string, count: number) => {
    const height = heightOf(count);
    y -= height;
    return (
      count > 0 &&
      html`<rect class="${kind}" x="${index * BAR}" y="${rounded(y)}" width="${BAR - 1}" height="${rounded(height)}"></rect>`
    );
  };
  return html`<g>
<title>${localTime(at, now)}: ${delivered} delivered, ${pending} waiting, ${dead} dead</title>
${part('good', delivered)}${part('wait', pending)}${part('bad', dead)}
</g>`;
}

const rounded = (value: number) => Math.round(value * 10) / 10;
