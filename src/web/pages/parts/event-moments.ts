import { CALL_EVENT_TITLES, type CallEventName } from '../../../event-and-parameter-names.ts';
import type { EntryKind } from '../../editing/extension-fields.ts';
import { EVENT_TYPES } from '../../editing/phone-call-event.ts';
import { type Html, html } from '../../render/html.ts';

/** VoipNow's words on when each event is sent. */
const PHONES: Readonly<Record<CallEventName, string>> = {
  'dial-in': 'when the extension receives a call: its phone begins to ring',
  'dial-out': 'when the extension makes a call',
  hangup: 'when the call ends, answered or not',
  'answer-in': 'when the extension answers a call',
  'answer-out': 'when somebody answers the call that the extension makes',
  missed: 'when the caller has hung up and nobody has answered the call',
};

type Moments = Readonly<Partial<Record<CallEventName, string>>>;

/** Queues and lines call nobody. */
const MOMENTS: Readonly<Record<EntryKind, Moments>> = {
  phones: PHONES,
  queue: {
    'dial-in': 'when a caller joins the queue',
    hangup: 'when the caller leaves the queue, or the call with an agent ends',
    'answer-in': 'when an agent answers the caller',
    missed: PHONES.missed,
  },
  line: {
    'dial-in': 'when a call comes in on one of its numbers',
    hangup: PHONES.hangup,
    'answer-in': 'when a person answers the call, on any phone',
    missed: PHONES.missed,
  },
};

/** The events that an extension of this kind has. */
export const eventsOf = (kind: EntryKind): readonly CallEventName[] =>
  EVENT_TYPES.filter((event) => MOMENTS[kind][event] !== undefined);

/** When a request is made, for each event. */
export function eventMoments(kind: EntryKind): Html {
  return html`<p>An HTTP request is made:</p>
<dl class="moments">${eventsOf(kind).map((event) => html`<dt>${CALL_EVENT_TITLES[event]}</dt><dd>${MOMENTS[kind][event]}</dd>`)}</dl>`;
}
