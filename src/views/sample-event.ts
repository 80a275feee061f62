import { type CallEvent, type CallEventName, type CallFlow, describeCall } from '../calls/call-event.ts';

/** The properties of a sample. */
export interface Sample {
  event: CallEventName;
  /** The Asterisk server; absent or empty: the only one. */
  server?: string;
  extension: string;
  /** For a Hangup: whether the call was answered; absent: as in the real call, else yes. */
  isAnswered?: boolean;
  /** Milliseconds since 1970. */
  at: number;
  /** The extension's own DID; absent: it has none. */
  did?: string | undefined;
  /** The queue that the extension stands for; absent: none. */
  queue?: string | undefined;
}

/** A call event as a real call would make it, to try a receiver with. */
export function sampleEvent({ did = '+18005550100', ...sample }: Sample): CallEvent {
  const { event, server = '', extension, at } = sample;
  const flow = flowOf(event) ?? 'IN';
  const callId = `test-${at}`;
  return {
    event,
    leg: { server, startup: '', uniqueid: callId, extension, flow },
    channel: `PJSIP/${extension}-00000000`,
    at,
    params: {
      CallID: callId,
      CallerIDNum: flow === 'IN' ? '+31612345678' : extension,
      CallerIDNam: 'Test call',
      ...(flow === 'OUT' && { CallerExtension: extension }),
      ...(flow === 'IN' && { CalledExtension: extension, CalledDID: did }),
      CalledNumber: flow === 'IN' ? did : '+31612345678',
      CallFlow: flow,
      CallStatus: statusOf(sample),
    },
    details: { ...endOf(sample), ...(sample.queue !== undefined && { queue: sample.queue }) },
  };
}

/**
 * The same with the values of a real call. It has its own `LegID` and delivery id, so that a receiver does not take it
 * for a duplicate.
 * @param known call events of that call, of any legs
 * @returns absent: the extension has no leg in it that such an event can be of
 */
export function sampleLike(sample: Sample, known: readonly CallEvent[]): CallEvent | undefined {
  const { event, server = '', extension, at } = sample;
  const flow = flowOf(event);
  const fitting = known.filter(
    ({ leg }) =>
      leg.extension === extension &&
      (server === '' || leg.server === server) &&
      (flow === undefined || leg.flow === flow),
  );
  const isAnyStatus = event === 'hangup' && sample.isAnswered === undefined;
  const isSame = (one: CallEvent) => one.event === event && (isAnyStatus || one.params.CallStatus === statusOf(sample));
  const real = fitting.find(isSame) ?? fitting.at(-1);
  if (real === undefined) return undefined;
  const like = { ...real, event, at, leg: { ...real.leg, uniqueid: `test-${at}` } };
  if (isSame(real)) return like;
  const params = { ...real.params, CallStatus: statusOf(sample) };
  return { ...like, params, details: { ...real.details, ...endOf(sample) } };
}

/** `101 hangup, +31612345678 → 101, answered` */
export function describeSample(sample: CallEvent): string {
  return `${sample.leg.extension} ${sample.event}, ${describeCall(sample)}`;
}

function flowOf(event: CallEventName): CallFlow | undefined {
  if (event === 'hangup') return undefined;
  return event.endsWith('-out') ? 'OUT' : 'IN';
}

function statusOf({ event, isAnswered }: Sample): CallEvent['params']['CallStatus'] {
  if (event.startsWith('dial')) return 'CALLING';
  return event === 'missed' || (event === 'hangup' && isAnswered === false) ? 'UNKNOWN' : 'ANSWER';
}

/** The values that are known once a leg has ended. */
function endOf(sample: Sample): CallEvent['details'] {
  if (sample.event !== 'hangup' && sample.event !== 'missed') return {};
  return statusOf(sample) === 'ANSWER'
    ? { durationMs: 95_000, talkMs: 83_000, cause: 16, causeText: 'Normal Clearing', dialStatus: 'ANSWER' }
    : { durationMs: 20_000, talkMs: 0, cause: 16, causeText: 'Normal Clearing', dialStatus: 'NOANSWER' };
}
