/** `BENCH=full`: as much as the promises name, which takes longer than five minutes. */
export const FULL = process.env.BENCH === 'full';
