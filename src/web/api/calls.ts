import * as z from 'zod';
import { timeOf } from '../../views/delivery-view.ts';
import { activityOf } from '../activity/activity.ts';
import { readResults } from '../activity/read-results.ts';
import { extensionsOf, type Sent, type Story } from '../activity/story.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';
import { jsonOfLeg, legSchema } from './leg.ts';
import { DEFAULT_LIMIT, limitUpTo } from './query-fields.ts';

const MOST_CALLS = 500;
const MOST_LEGS = 1000;

const callSchema = z
  .strictObject({
    callId: z.string(),
    asterisk: z
      .string()
      .meta({ description: 'The server; empty where there is only one. Two may have equal CallIDs.' }),
    call: z.string().nullable().meta({ description: 'Who calls whom, in a few words.' }),
    startedAt: z.string(),
    lastAt: z.string().meta({ description: 'When something was heard of it last.' }),
    answered: z.boolean(),
    openLegs: z.int(),
    extensions: z.array(z.string()),
  })
  .meta({ id: 'Call' });

const sentSchema = z.strictObject({
  delivery: z.string(),
  eventId: z.string(),
  target: z.string(),
  outcome: z.enum(['waiting', 'delivered', 'retry', 'dead', 'expired']),
  attempt: z.int().meta({ description: 'How many there were.' }),
  status: z.int().nullable(),
  reason: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
});

const storySchema = z
  .strictObject({
    ...callSchema.shape,
    timeline: z.array(
      z.strictObject({
        at: z.string(),
        extension: z.string().nullable().meta({ description: 'null: the channel belongs to none.' }),
        event: z.string(),
        skipped: z.boolean().meta({ description: 'It looked like the event, and is none; `what` says why.' }),
        what: z.array(z.string()),
        sent: z.array(sentSchema),
        notSent: z.array(z.string()).meta({ description: 'What was not sent, and why.' }),
      }),
    ),
    leftOut: z.int().meta({ description: 'Entries of the time line for which there was no room.' }),
  })
  .meta({ id: 'Story' });

/** Calls that go on, the last ones, and the story of each. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  const { stories } = activity;
  router.api({
    method: 'GET',
    path: '/calls',
    access: 'read',
    tag: 'Calls',
    summary: 'The legs that are open now, and the last calls.',
    query: z.strictObject({
      extension: z.string().optional(),
      server: z.string().optional().meta({ description: 'The name of an Asterisk server.' }),
      limit: limitUpTo(MOST_CALLS),
    }),
    answers: {
      200: {
        description: 'The newest first.',
        schema: z.strictObject({
          openLegs: z.int(),
          legs: z.array(legSchema).meta({ description: `The newest ${MOST_LEGS} of them.` }),
          calls: z.array(callSchema),
          knownSince: z.string().meta({ description: 'Calls before that are not known.' }),
          forgotten: z.int().meta({ description: 'Older calls for which there was no room.' }),
        }),
      },
    },
    handle({ query: { extension, server, limit = DEFAULT_LIMIT } }) {
      const isOf = (name: string) => extension === undefined || name === extension;
      const isOn = (name: string) => server === undefined || name === server;
      const legs = context.openLegs().filter((leg) => isOn(leg.server) && isOf(leg.extension));
      const calls = [...stories.latest()].filter(
        (story) => isOn(story.server) && (extension === undefined || extensionsOf(story).some(isOf)),
      );
      return {
        status: 200,
        body: {
          openLegs: legs.length,
          legs: legs
            .toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0))
            .slice(0, MOST_LEGS)
            .map(jsonOfLeg),
          calls: calls.slice(0, limit).map(jsonOfCall),
          knownSince: timeOf(stories.startedAt),
          forgotten: stories.forgotten?.calls ?? 0,
        },
      };
    },
  });
  router.api({
    method: 'GET',
    path: '/calls/{callId}',
    access: 'read',
    tag: 'Calls',
    summary: 'The story of a call: what happened, what was sent, and what was not and why.',
    params: z.strictObject({ callId: z.string() }),
    query: z.strictObject({
      server: z.string().optional().meta({
        description:
          'Whose call, where two servers have equal CallIDs. Left out: the one of which something was heard last.',
      }),
    }),
    answers: {
      200: { description: 'As it is known now.', schema: storySchema },
    },
    async handle({ params: { callId }, query: { server } }) {
      const [story] = stories.find(callId, server);
      if (story === undefined)
        throw new WebError(
          404,
          `call ${callId} is not known, or forgotten; /deliveries?callId= has what was sent for it`,
        );
      await readResults([story], activity, context);
      return { status: 200, body: jsonOfStory(story, context) };
    },
  });
}

function jsonOfCall(story: Story) {
  const { callId, server, call, startedAt, lastAt, answered, open } = story;
  return {
    callId,
    asterisk: server,
    call: call ?? null,
    startedAt: timeOf(startedAt),
    lastAt: timeOf(lastAt),
    answered,
    openLegs: open,
    extensions: extensionsOf(story),
  };
}

function jsonOfStory(story: Story, context: WebContext) {
  return {
    ...jsonOfCall(story),
    timeline: story.entries.map(({ at, extension, event, isSkipped, what, sent, unsent }) => ({
      at: timeOf(at),
      extension: extension ?? null,
      event,
      skipped: isSkipped,
      what,
      sent: sent.map((one) => jsonOfSent(one, context)),
      notSent: unsent,
    })),
    leftOut: story.leftOut,
  };
}

function jsonOfSent({ deliveryId, ruleId, target, result }: Sent, { redactor }: WebContext) {
  return {
    delivery: deliveryId,
    eventId: ruleId,
    target,
    outcome: result?.outcome ?? ('waiting' as const),
    attempt: result?.attempt ?? 0,
    status: result?.status ?? null,
    reason: result?.reason === undefined ? null : redactor.text(result.reason),
    nextAttemptAt: result?.nextAttemptAt === undefined ? null : timeOf(result.nextAttemptAt),
  };
}
