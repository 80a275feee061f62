import type { AttemptReport } from '../../delivery/dispatch/attempt-recorder.ts';
import { timeOf } from '../../views/delivery-view.ts';
import { activityOf } from '../activity/activity.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { jsonOfLegEvent } from './leg.ts';

/** Legs and deliveries as they change. */
export function register(router: Router, context: WebContext): void {
  const { live } = activityOf(context);
  router.stream({
    path: '/stream',
    tag: 'Calls',
    summary:
      'Server-sent events: `leg` and `delivery`, each with the thing as it is now; `state` when a connection, a rule or the configuration has changed.',
    open(stream) {
      const end = live.listen({
        legs: (changed) => {
          for (const { server, event } of changed) stream.send('leg', jsonOfLegEvent(server, event));
        },
        deliveries: (changed) => {
          for (const report of changed) stream.send('delivery', jsonOfReport(report, context));
        },
        state: () => stream.send('state', {}),
      });
      stream.onClose(end);
    },
  });
}

function jsonOfReport(report: AttemptReport, { redactor }: WebContext) {
  const { delivery, attempt, outcome, status, reason, durationMs, nextAttemptAt } = report;
  const state = outcome === 'delivered' ? 'delivered' : outcome === 'retry' ? 'pending' : 'dead';
  return {
    id: delivery.id,
    callId: delivery.callId,
    extension: delivery.extension,
    event: delivery.event,
    eventId: delivery.ruleId,
    state,
    attempt,
    status: status ?? null,
    reason: reason === undefined ? null : redactor.text(reason),
    durationMs,
    nextAttemptAt: nextAttemptAt === undefined ? null : timeOf(nextAttemptAt),
  };
}
