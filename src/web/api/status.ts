import * as z from 'zod';
import { problemsOf, warningsOf } from '../../metrics/health.ts';
import { packageVersion } from '../../package-root.ts';
import { timeOf } from '../../views/delivery-view.ts';
import { activityOf } from '../activity/activity.ts';
import type { Connection } from '../activity/connections.ts';
import { countsSince } from '../activity/delivery-counts.ts';
import { waitingOf } from '../activity/waiting-deliveries.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';

const countSchema = z.strictObject({ delivered: z.int(), pending: z.int(), dead: z.int() });

const statusSchema = z
  .strictObject({
    version: z.string(),
    ready: z.boolean().meta({ description: 'Whether it does its work; else `problems` says why not.' }),
    problems: z.array(z.string()).meta({ description: 'Why it cannot do its work.' }),
    warnings: z.array(z.string()).meta({ description: 'What it works in spite of, and somebody has to correct.' }),
    asterisk: z.array(
      z.strictObject({
        name: z.string().meta({ description: 'Empty where there is only one.' }),
        state: z.string(),
        connected: z.boolean(),
        since: z.string().nullable().meta({ description: 'When it became so; null: before the page was started.' }),
        lastGap: z
          .strictObject({ seconds: z.number(), until: z.string(), reason: z.string() })
          .nullable()
          .meta({ description: 'The last time without events.' }),
      }),
    ),
    legs: z.int().meta({ description: 'Legs that are open.' }),
    pending: z.int().meta({ description: 'Deliveries that wait to be sent.' }),
    suspendedRules: z.int(),
    lastHour: countSchema
      .nullable()
      .meta({ description: 'Deliveries of the call events of the last hour, by state; null: they cannot be read.' }),
    lastDay: countSchema.nullable(),
    unknownChannels: z
      .array(z.strictObject({ channel: z.string(), calls: z.int(), asterisk: z.string() }))
      .meta({ description: 'Channels that belong to no extension, and in how many calls they were.' }),
  })
  .meta({ id: 'Status' });

const HOUR_MS = 3_600_000;

/** The state of the service. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  const { connections, history, unknown } = activity;
  router.api({
    method: 'GET',
    path: '/status',
    access: 'read',
    tag: 'Status',
    summary: 'How the service is.',
    answers: { 200: { description: 'As it is now.', schema: statusSchema } },
    async handle() {
      const { state } = context;
      // Even where the outbox cannot be read: `problems` has that.
      const minutes = await history.minutes().catch(() => undefined);
      const waiting = await waitingOf(context, activity).catch(() => undefined);
      const suspended = context.config.queue === undefined ? undefined : await history.suspended().catch(() => []);
      const problems = problemsOf(state);
      return {
        status: 200,
        body: {
          version: packageVersion(),
          ready: problems.length === 0,
          problems,
          warnings: warningsOf(state),
          asterisk: state.servers.map(({ server, state: session, connected }) => ({
            name: server,
            state: session,
            connected,
            ...jsonOfConnection(connections.of(server)),
          })),
          legs: state.tracker.legs,
          pending: waiting?.count ?? state.queue.depth,
          suspendedRules: suspended?.length ?? state.suspended,
          lastHour: minutes === undefined ? null : countsSince(minutes, Date.now() - HOUR_MS),
          lastDay: minutes === undefined ? null : countsSince(minutes, Date.now() - 24 * HOUR_MS),
          unknownChannels: unknown
            .list((server) => context.extensions(server))
            .map(({ endpoint, calls, server }) => ({ channel: endpoint, calls, asterisk: server })),
        },
      };
    },
  });
}

function jsonOfConnection({ since, lastGap }: Connection) {
  return {
    since: since === undefined ? null : timeOf(since),
    lastGap:
      lastGap === undefined
        ? null
        : { seconds: lastGap.length / 1000, until: timeOf(lastGap.until), reason: lastGap.reason },
  };
}
