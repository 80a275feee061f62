import type { Tally } from './tally.ts';

const HANGUP_MS = 1200;

/** Compares when a leg's Hangup was with when the phone's part in it ended. @param moments milliseconds since 1970 */
export function judgeHangupMoment(
  flow: 'IN' | 'OUT',
  moments: { came: number; ended: number },
  tally: Tally,
  about: Parameters<Tally['compare']>[3],
): void {
  const apart = moments.came - moments.ended;
  const text = `${Math.round(apart)} ms after the phone's`;
  tally.compare(`moment of the Hangup ${flow}`, Math.abs(apart) < HANGUP_MS, text, about);
}
