import { setTimeout as pause } from 'node:timers/promises';
import { AmiError } from '../ami/errors.ts';
import { OneOffSession } from '../ami/session/one-off-session.ts';
import type { AmiSettings } from '../ami/session/settings.ts';

/** Short: a person waits, and Asterisk is near. */
const CONNECT_MS = 4000;
const ANSWER_MS = 8000;

/** Asterisk may still be reading its files. */
const TRIES = 3;
const BETWEEN_MS = 700;

export type LoginTrial = { session: OneOffSession } | { error: AmiError };

/** Logs in with the new AMI user. @returns the session, which the caller closes; or why there is none */
export async function tryLogin(settings: AmiSettings): Promise<LoginTrial> {
  for (let tried = 1; ; tried++) {
    try {
      return {
        session: await OneOffSession.open({ ...settings, connectTimeout: CONNECT_MS, answerTimeout: ANSWER_MS }),
      };
    } catch (error) {
      if (!(error instanceof AmiError)) throw error;
      if (error.code !== 'AMI_LOGIN_REFUSED' || tried === TRIES) return { error };
      await pause(BETWEEN_MS);
    }
  }
}
