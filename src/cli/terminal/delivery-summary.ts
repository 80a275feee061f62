import type { DeliveryCount, DeliveryState } from '../../delivery/admin.ts';
import { reasonWithoutDetails } from '../../delivery/reason-without-details.ts';
import type { Redactor } from '../../redact/redactor.ts';

const STATE_WORDS: Record<DeliveryState, string> = { dead: 'dead', pending: 'wait', delivered: 'delivered' };

/** The most lines of a summary: it should fit on one screen. */
const MOST_LINES = 20;

/**
 * A line for each rule and target, those with the most failed deliveries first: `101 hangup → crm.example.com: 552 dead
 * (HTTP 404), 600 wait (nothing listens there)`.
 */
export function summaryOfCounts(counts: readonly DeliveryCount[], redactor: Redactor): string {
  const groups = Map.groupBy(counts, ({ ruleId, event, target }) => JSON.stringify([ruleId, event, target]));
  const unsettled = (group: readonly DeliveryCount[]) => sum(group.filter(({ state }) => state !== 'delivered'));
  const sorted = [...groups.values()].sort((a, b) => unsettled(b) - unsettled(a) || sum(b) - sum(a));
  const lines = sorted.slice(0, MOST_LINES).map((group) => {
    const [first] = group;
    const extensions = new Set(group.map(({ extension }) => extension));
    const more = extensions.size > 1 ? ` and ${extensions.size - 1} more` : '';
    return `${first?.extension}${more} ${first?.event} → ${hostOf(first?.target ?? '')}: ${partsOf(group, redactor)}`;
  });
  const left = sorted.length - lines.length;
  const more = left > 0 ? [`and ${left} more; --extension, --event, --state and --since select`] : [];
  return [...lines, ...more, totalOf(counts)].map((line) => `${line}\n`).join('');
}

/** `552 dead, 600 wait, 1 delivered` */
export function totalOf(counts: readonly Pick<DeliveryCount, 'state' | 'count'>[]): string {
  const parts = (['dead', 'pending', 'delivered'] as const).flatMap((state) => {
    const number = sum(counts.filter((one) => one.state === state));
    return number === 0 ? [] : [`${number} ${STATE_WORDS[state]}`];
  });
  return parts.length === 0 ? 'no delivery matches' : `in all: ${parts.join(', ')}`;
}

function partsOf(group: readonly DeliveryCount[], redactor: Redactor): string {
  const byReason = Map.groupBy(group, ({ state, reason }) => `${STATE_WORDS[state]}${shortReason(reason, redactor)}`);
  return [...byReason]
    .map(([words, same]) => ({ words, number: sum(same) }))
    .sort((a, b) => b.number - a.number)
    .map(({ words, number }) => `${number} ${words}`)
    .join(', ');
}

/** ` (nothing listens there)` */
export function shortReason(reason: string | undefined, redactor: Redactor): string {
  return reason === undefined ? '' : ` (${reasonWithoutDetails(redactor.text(reason))})`;
}

/** `crm.example.com`, with a port that is not the usual one. */
export function hostOf(target: string): string {
  const url = URL.parse(target);
  return url === null ? target : url.host;
}

const sum = (counts: readonly Pick<DeliveryCount, 'count'>[]) => counts.reduce((total, { count }) => total + count, 0);
