import type { CallEvent, CallEventName } from '../calls/call-event.ts';

/**
 * A call event as a real call would make it, to try a receiver with.
 * @param at milliseconds since 1970
 * @param did the extension's own number from outside, if it has one
 */
export function sampleEvent(event: CallEventName, extension: string, at: number, did = '+18005550100'): CallEvent {
  const flow = event.endsWith('-out') ? 'OUT' : 'IN';
  const status = event === 'missed' ? 'UNKNOWN' : event.startsWith('dial') ? 'CALLING' : 'ANSWER';
  const callId = `test-${at}`;
  return {
    event,
    leg: { server: '', startup: '', uniqueid: callId, extension, flow },
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
      CallStatus: status,
    },
    details: {},
  };
}
