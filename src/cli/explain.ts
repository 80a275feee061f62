import type { CallEvent, CallEventName } from '../calls/call-event.ts';
import type { Unsent } from '../calls/unsent.ts';
import { endpointOf } from '../config/endpoint.ts';

const TITLES: Record<CallEventName, string> = {
  'dial-in': 'Dial-In',
  'dial-out': 'Dial-Out',
  'answer-in': 'Answer-In',
  'answer-out': 'Answer-Out',
  hangup: 'Hangup',
};

/** The name of an event as an administrator knows it: `Dial-In`. */
export function titleOf(event: CallEventName): string {
  return TITLES[event];
}

/** One line that says what happened: `Hangup of 101 (IN, ANSWER), call 1700000000.1`. */
export function describeCallEvent({ event, leg, params, channel }: CallEvent): string {
  const again = `${leg.number > 1 ? `, leg ${leg.number} in this call` : ''} (${channel})`;
  switch (event) {
    case 'dial-in':
      return `Dial-In: ${leg.extension} is called${by(params.CallerExtension ?? params.CallerIDNum)}, call ${leg.callId}${again}`;
    case 'dial-out':
      return `Dial-Out: ${leg.extension} calls ${params.CalledNumber ?? 'a number that is not known'}, call ${leg.callId}${again}`;
    case 'answer-in':
      return `Answer-In: ${leg.extension} answered, call ${leg.callId} (${channel})`;
    case 'answer-out':
      return `Answer-Out: ${params.CalledExtension ?? 'somebody'} answered ${leg.extension}, call ${leg.callId} (${channel})`;
    case 'hangup':
      return `Hangup: the ${leg.flow === 'IN' ? 'call to' : 'call of'} ${leg.extension} ended, ${
        params.CallStatus === 'ANSWER' ? 'answered' : 'not answered'
      }, call ${leg.callId} (${channel})`;
  }
}

function by(caller: string | undefined): string {
  return caller === undefined ? ' by a caller without a number' : ` by ${caller}`;
}

/** Says to an administrator why something that looks like a call event is none, and what to change if it should be. */
export function describeUnsent({ instead, reason, channel, extension, detail }: Unsent): string {
  const title = titleOf(instead);
  const who = extension === undefined ? channel : `${extension} (${channel})`;
  switch (reason) {
    case 'no extension':
      return `no ${title} for ${channel}: no extension has the channel ${endpointOf(channel)}. If it is a phone, add it to the \`channels\` of its extension; for a trunk this is right`;
    case 'ignored number':
      return `no ${title} for ${who}: ${detail ?? 'the number'} matches \`ignore\` (a feature code)`;
    case 'originated':
      return `no ${title} for ${who}: the phone rings for click to call (AMI Originate or a call file); its Dial-Out comes when it answers and the second number is dialled`;
    case 'no number':
      return `no ${title} for ${who}: Originate connected the phone to an application, so no number was dialled`;
    case 'joined':
      return `no further ${title} for ${who}: it joins the call that is already open for this extension`;
    case 'has a leg':
      return `no ${title} for ${who}: it was called in call ${detail ?? ''} and dials on there (a transfer); the leg that is open goes on`;
    case 'went nowhere':
      return `no ${title} for ${who}: the caller hung up before the call went anywhere`;
    case 'seen too late':
      return `no ${title} for ${who}: it was already answered when the connection to Asterisk came back`;
    case 'pickup':
      return `no ${title} for ${who}: it picks up another phone's call, which is a Dial-In`;
  }
}
