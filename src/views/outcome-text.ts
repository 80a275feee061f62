import { isRefusal, type Outcome } from '../delivery/dispatch/outcome.ts';
import type { Schedule } from '../delivery/dispatch/retry-schedule.ts';
import type { AttemptResult } from '../delivery/http/attempt-result.ts';

/** What the service does after this result of a first attempt: `once more, then a dead letter`. */
export function describeOutcome(outcome: Outcome, result: AttemptResult, { triesMs, expireMs }: Schedule): string {
  if (outcome.outcome === 'delivered') return 'delivered';
  if (outcome.outcome === 'dead')
    return outcome.suspend
      ? 'a dead letter at once, and the rule sends nothing more until `call-events deliveries resume`'
      : 'a dead letter at once';
  if (triesMs.length < 2) return 'a dead letter: the rule tries once';
  if (isRefusal(result)) return 'once more, then a dead letter';
  const others = triesMs.slice(1).map(shortTime);
  const shown = others.length > 4 ? [...others.slice(0, 3), `… ${others.at(-1)}`] : others;
  return `again after ${shown.join(', ').replace(', …', ' …')}; a dead letter after ${shortTime(expireMs)}`;
}

/** `45 s`, `2 min`, `24 h` */
function shortTime(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1000} s`;
}
