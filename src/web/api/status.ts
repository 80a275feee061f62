import * as z from 'zod';
import { problemsOf, warningsOf } from '../../metrics/health.ts';
import { packageVersion } from '../../package-root.ts';
import type { WebContext } from '../context.ts';
import type { Site } from '../site.ts';

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
      }),
    ),
    legs: z.int().meta({ description: 'Legs that are open.' }),
    pending: z.int().meta({ description: 'Deliveries that wait to be sent.' }),
    suspendedRules: z.int(),
  })
  .meta({ id: 'Status' });

/** How the service is. */
export function register(site: Site, context: WebContext): void {
  site.api({
    method: 'GET',
    path: '/status',
    access: 'read',
    tag: 'Status',
    summary: 'How the service is.',
    answers: { 200: { description: 'As it is now.', schema: statusSchema } },
    handle() {
      const { state } = context;
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
          })),
          legs: state.tracker.legs,
          pending: state.queue.depth,
          suspendedRules: state.suspended,
        },
      };
    },
  });
}
