import * as z from 'zod';
import { DELIVERY_STATES, type DeliveryRow } from '../../delivery/admin.ts';
import { jsonOfAttempt, jsonOfDelivery, timeOf } from '../../views/delivery-view.ts';
import { activityOf } from '../activity/activity.ts';
import { changeAll, discardOne, found, resume, retryOne } from '../activity/delivery-actions.ts';
import { FILTER_FIELDS, filterOf } from '../activity/delivery-query.ts';
import type { Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';
import { DEFAULT_LIMIT, limitUpTo } from './query-fields.ts';

/** More rows at once would keep calls waiting. */
const MOST_ROWS = 500;

const filterShape = Object.fromEntries(FILTER_FIELDS.map((name) => [name, z.string().optional()])) as Record<
  (typeof FILTER_FIELDS)[number],
  z.ZodOptional<z.ZodString>
>;

const time = z.string().meta({ description: 'ISO 8601.' });

const deliveryShape = {
  id: z.string().meta({ description: 'Sent as webhook-id.' }),
  delivery: z.string().meta({ description: 'The same, by the name that the log has for it.' }),
  event: z.string(),
  extension: z.string(),
  eventId: z.string(),
  callId: z.string(),
  state: z.enum(DELIVERY_STATES),
  attempt: z.int().meta({ description: 'How many there were.' }),
  createdAt: time,
  nextAttemptAt: time.nullable(),
  settledAt: time.nullable(),
  reason: z.string().nullable(),
  method: z.string(),
  url: z.string().meta({ description: 'Secrets are redacted.' }),
};
const rowSchema = z
  .strictObject({ ...deliveryShape, target: z.string(), call: z.string().nullable() })
  .meta({ id: 'DeliveryRow' });

const detailSchema = z
  .strictObject({
    ...deliveryShape,
    headers: z.record(z.string(), z.string()),
    body: z.string().nullable(),
    attempts: z.array(
      z.strictObject({
        number: z.int(),
        at: time,
        durationMs: z.int(),
        status: z.int().nullable(),
        outcome: z.string(),
        reason: z.string().nullable(),
        headers: z.record(z.string(), z.string()).nullable().meta({ description: "The answer's." }),
        answer: z.string().nullable().meta({ description: 'The first 4 kB of its body.' }),
      }),
    ),
  })
  .meta({ id: 'Delivery' });

const idParams = z.strictObject({ id: z.string() });
const countSchema = z.strictObject({ count: z.int() });
const retriedSchema = countSchema.extend({
  suspended: z.int().meta({ description: 'How many else match, and are left as they are: their rules are suspended.' }),
});
const retriedAnswer = { 200: { description: 'How many are sent again.', schema: retriedSchema } };
const countAnswer = { 200: { description: 'How many it was done to.', schema: countSchema } };

/** What was sent and is to be sent. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  const { redactor } = context;
  router.api({
    method: 'GET',
    path: '/deliveries',
    access: 'read',
    tag: 'Deliveries',
    summary: 'Deliveries that match, the newest first.',
    query: z.strictObject({
      ...filterShape,
      cursor: z.string().optional().meta({ description: '`next` of the page before.' }),
      limit: limitUpTo(MOST_ROWS),
    }),
    answers: {
      200: {
        description: 'A page of them.',
        schema: z.strictObject({
          deliveries: z.array(rowSchema),
          next: z.string().nullable().meta({ description: 'The cursor of the next page; null: there is none.' }),
          searchedTo: time.nullable().meta({
            description:
              'It was looked back to this moment and no further, which would take long; `next` goes on there.',
          }),
          limitedBy: z.string().nullable().meta({
            description:
              "Why this is not all: the shared queue cannot be read, and this is what is in the service's own outbox.",
          }),
        }),
      },
    },
    async handle({ query: { cursor, limit = DEFAULT_LIMIT, ...fields } }) {
      const filter = filterOf(filled(fields));
      const page = await activity.history.page(filter, limit, cursor).catch((error: unknown) => {
        if (error instanceof RangeError) throw new WebError(400, `cursor: ${error.message}`);
        throw error;
      });
      const { rows, next, searchedTo } = page;
      const { limitedBy } = activity.history;
      const body = {
        deliveries: rows.map((row) => jsonOfRow(row, context)),
        next: next ?? null,
        searchedTo: searchedTo === undefined ? null : timeOf(searchedTo),
        limitedBy: limitedBy === undefined ? null : redactor.text(limitedBy),
      };
      return { status: 200, body };
    },
  });
  for (const [name, state] of [
    ['retry', 'dead'],
    ['discard', 'pending'],
  ] as const)
    router.api({
      method: 'POST',
      path: `/deliveries/${name}`,
      access: 'write',
      tag: 'Deliveries',
      summary: name === 'retry' ? 'Sends again all dead ones that match.' : 'Discards all pending ones that match.',
      body: z.strictObject(filterShape),
      answers: name === 'retry' ? retriedAnswer : countAnswer,
      async handle({ body }) {
        const { count, suspended, logged } = await changeAll(activity, { state, change: name }, filterOf(filled(body)));
        return { status: 200, body: { count, ...(name === 'retry' && { suspended }) }, change: logged };
      },
    });
  router.api({
    method: 'GET',
    path: '/deliveries/{id}',
    access: 'read',
    tag: 'Deliveries',
    summary: 'One delivery, with every attempt.',
    params: idParams,
    answers: { 200: { description: 'As it is now.', schema: detailSchema } },
    async handle({ params: { id } }) {
      const { delivery, attempts } = await found(activity, id, undefined);
      const own = redactor.forRequest(delivery);
      const body = {
        id,
        ...jsonOfDelivery(delivery, own),
        headers: { ...own.fields(delivery.headers), 'webhook-id': id },
        body: delivery.body === undefined ? null : own.body(delivery.body),
        attempts: attempts.map((attempt) => jsonOfAttempt(attempt, own)),
      };
      return { status: 200, body };
    },
  });
  for (const [name, change] of [
    ['retry', retryOne],
    ['discard', discardOne],
  ] as const)
    router.api({
      method: 'POST',
      path: `/deliveries/{id}/${name}`,
      access: 'write',
      tag: 'Deliveries',
      summary: name === 'retry' ? 'Sends it again, now.' : 'Sends nothing more for it.',
      params: idParams,
      answers: countAnswer,
      async handle({ params: { id } }) {
        const { delivery } = await found(activity, id, undefined);
        return { status: 200, body: { count: 1 }, change: await change(activity, delivery) };
      },
    });
  router.api({
    method: 'POST',
    path: '/rules/{id}/resume',
    access: 'write',
    tag: 'Rules',
    summary: 'Lets a rule send again whose receiver answered 410 Gone.',
    params: idParams,
    answers: { 204: { description: 'It sends again.' } },
    handle: async ({ params: { id } }) => ({ status: 204, change: await resume(activity, id) }),
  });
}

/** Without the fields that are empty. */
function filled(fields: Partial<Record<(typeof FILTER_FIELDS)[number], string | undefined>>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}

function jsonOfRow(row: DeliveryRow, { redactor }: WebContext): z.output<typeof rowSchema> {
  const own = jsonOfDelivery({ ...row, headers: {}, body: undefined, callEvent: undefined }, redactor);
  return { id: row.id, ...own, target: row.target, call: row.call ?? null };
}
