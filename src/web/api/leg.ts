import * as z from 'zod';
import type { CallEvent } from '../../calls/call-event.ts';
import type { OpenLeg } from '../../service/service-state.ts';
import { timeOf } from '../../views/delivery-view.ts';
import { partiesOf } from '../activity/leg-words.ts';

export const legSchema = z
  .strictObject({
    callId: z.string(),
    extension: z.string(),
    direction: z.enum(['in', 'out']),
    with: z.string().meta({ description: 'The other side, as a page names it.' }),
    number: z.string().nullable().meta({ description: 'The number dialled.' }),
    state: z.enum(['ringing', 'answered', 'ended']),
    since: z.string().nullable().meta({ description: 'When it became so, ISO 8601.' }),
    asterisk: z.string().meta({ description: 'Empty where there is only one.' }),
    params: z.record(z.string(), z.string()).meta({ description: 'Parameters of its Dial event, by their names.' }),
  })
  .meta({ id: 'Leg', description: "One extension's part in one call." });

export type LegJson = z.output<typeof legSchema>;

/** An open leg in the API. */
export function jsonOfLeg(leg: OpenLeg): LegJson {
  const { answered, answeredAt, openedAt } = leg;
  const since = answered ? (answeredAt ?? openedAt) : openedAt;
  return {
    ...common(leg),
    state: answered ? 'answered' : 'ringing',
    since: since === undefined ? null : timeOf(since),
  };
}

/** A leg by its last event. */
export function jsonOfLegEvent(server: string, { event, leg, params, at }: CallEvent): LegJson {
  const state = event === 'hangup' ? 'ended' : event.startsWith('answer') ? 'answered' : 'ringing';
  return {
    ...common({ server, extension: leg.extension, params }),
    state,
    since: at === undefined ? null : timeOf(at),
  };
}

function common(leg: Pick<OpenLeg, 'server' | 'extension' | 'params'>) {
  const { params, extension, server } = leg;
  const parties = partiesOf(leg);
  return {
    callId: params.CallID,
    extension,
    direction: params.CallFlow === 'IN' ? ('in' as const) : ('out' as const),
    with: parties.with,
    number: parties.number ?? null,
    asterisk: server,
    params: Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)),
  };
}
