import { endChannels } from '../handlers/hangup.ts';
import { noteGoneOrigins } from '../handlers/missed-call-evidence.ts';
import type { TrackerState } from '../model/tracker-state.ts';

/** Asterisk was restarted: no channel that was known is alive, and its Uniqueids can come again. */
export function endAllAtRestart(state: TrackerState, at: number | undefined): void {
  endChannels(state, state.channels.all(), at);
  noteGoneOrigins(state, new Set(), at);
  state.earlyResponses.clear();
  state.endedRings.clear();
  state.legs.releaseAll();
  state.channels.forgetEnded();
}
