/** A small mistake that somebody could make in `src`, and that the storms must find. */
export interface PlantedBug {
  /** What comes of it. */
  name: string;
  file: string;
  /** The text that is replaced; it must be there exactly once. */
  text: string;
  by: string;
}

export const BUGS: readonly PlantedBug[] = [
  {
    name: 'an inner dial counts, whatever the outer one says (call acceptance behind a Local channel)',
    file: 'calls/model/dial.ts',
    text: 'dial = outerDial(dial);',
    by: 'dial = undefined;',
  },
  {
    name: "a second leg for an extension's second phone",
    file: 'calls/handlers/leg-decision.ts',
    text: "const joined = state.legs.find(callId, extension.name, 'IN');",
    by: 'const joined = undefined as ReturnType<typeof state.legs.find>;',
  },
  {
    name: 'a Dial-Out for a called phone that is transferred and dials on',
    file: 'calls/handlers/leg-decision.ts',
    text: "  if (leg !== undefined) return skip('has a leg', leg.call.callId);\n  if (extension === undefined) return skip('no extension');\n  if (caller.firstSeen === 'up') return skip('seen too late');\n  if (caller.role === 'callee') return skip('was called');\n",
    by: "  if (extension === undefined) return skip('no extension');\n",
  },
  {
    name: 'the caller is lost behind more than one Local channel',
    file: 'calls/handlers/walk-back-to-caller.ts',
    text: 'at !== undefined && depth < MAX_DEPTH; depth++) {\n      if (!at.isLocal) {',
    by: 'at !== undefined && depth < 2; depth++) {\n      if (!at.isLocal) {',
  },
  {
    name: 'every phone that rings in a call has answered when one does',
    file: 'calls/handlers/answer.ts',
    text: "if (phone?.leg?.flow === 'IN' && dialResult(phone) === 'answered') state.legs.answer(phone.leg, at);",
    by: "if (phone?.leg?.flow === 'IN' && dialResult(phone) === 'answered') for (const leg of phone.leg.call.legs) if (leg.flow === 'IN') state.legs.answer(leg, at);",
  },
  {
    name: 'CallID follows the Linkedid when it changes',
    file: 'calls/model/legs.ts',
    text: "params: status === 'CALLING' ? { ...leg.params } : paramsOf(leg, status),",
    by: "params: { ...(status === 'CALLING' ? leg.params : paramsOf(leg, status)), CallID: channel?.linkedid ?? leg.call.callId },",
  },
  {
    name: 'a pickup is taken for a call to an application',
    file: 'calls/model/tracker-state.ts',
    text: 'const PICKUP_GRACE_MS = 750;',
    by: 'const PICKUP_GRACE_MS = 0;',
  },
  {
    name: 'a channel that has hung up stays in its bridge',
    file: 'calls/handlers/hangup.ts',
    text: '  state.bridges.leave(channel);\n',
    by: '',
  },
  {
    name: 'an event that comes after the Hangup brings the channel back',
    file: 'calls/model/channels.ts',
    text: "if (fields.uniqueid === '' || this.#endedIds.has(fields.uniqueid)) return undefined;",
    by: "if (fields.uniqueid === '') return undefined;",
  },
  {
    name: 'an exception when one half of a Local channel was never seen',
    file: 'calls/handlers/walk-back-to-caller.ts',
    text: '        if (front === undefined) break;\n        const next = this.#throughFront(front);',
    by: '        const next = this.#throughFront(front as Channel);',
  },
  {
    name: 'no Hangup for a channel that is gone when the connection is back',
    file: 'calls/recovery/reconcile.ts',
    text: 'if (!alive.has(channel.uniqueid) && known.has(channel.uniqueid)) endChannel(state, channel, at);',
    by: 'if (!alive.has(channel.uniqueid) && known.has(channel.uniqueid)) state.channels.remove(channel);',
  },
  {
    name: 'a restarted service has forgotten that a leg was answered',
    file: 'calls/recovery/stored-call.ts',
    text: 'answered: leg.answered,\n    answeredBy: leg.answeredBy,',
    by: 'answered: false,\n    answeredBy: leg.answeredBy,',
  },
  {
    name: 'an extension whose other phone calls misses its own call',
    file: 'calls/model/missed-calls.ts',
    text: 'if (hangup === undefined || originExtension === extension) continue;',
    by: 'if (hangup === undefined) continue;',
  },
  {
    name: 'nobody misses the call of a caller who has talked to another one before (a transfer that nobody answers)',
    file: 'calls/handlers/missed-call-evidence.ts',
    text: 'if (consulted === undefined && !origin.inNameOnly && isTalking(state, channel)) return;',
    by: 'if (consulted === undefined && !origin.inNameOnly && channel.wasConnected) return;',
  },
  {
    name: 'a line is answered by a bridge only, so that it does not show who answered a transferred caller last',
    file: 'calls/model/call-direction.ts',
    text: 'return channel?.lineLeg === undefined ? own : [...own, channel.lineLeg];',
    by: 'return own;',
  },
];
