/** What the oracle knows of the PBX's numbers; callers from outside have more digits before them. */

/** A number that the service's default for `ignore` takes for a feature code: no call. */
export const isFeatureCode = (number: string): boolean => /^\*(\d{1,3}|\*\d+)$/.test(number);

/** The PBX answers before any phone is rung: a queue after Answer(), an IVR, a conference. */
export const answersFirst = (number: string): boolean => /(612|62.|69.)$/.test(number);

/** The PBX may answer beside the phones: it answers first, or a voicemail is behind a member of the group. */
export const mayAnswerBeside = (number: string): boolean => answersFirst(number) || /(602|603|605|616)$/.test(number);

/** The other parties are no phones that are rung: conferences, agents that wait on the phone. */
export const ringsNobody = (number: string): boolean => /^(?:1800555\d)?(69[01]|614)$/.test(number);

/** A queue, and nothing before it. */
export const isQueue = (number: string): boolean => /^61[0-6]$/.test(number);

/** From here the dialplan goes on to another number. */
export const goesOn = (number: string): boolean => /^62[1-8]$/.test(number);

/** All phones, or the first of them, are rung behind Local channels: cancelled at once, none may be. */
export const ringsThroughLocal = (number: string): boolean => /^(602|603|61[0-6]|64[1-8])$/.test(number);
