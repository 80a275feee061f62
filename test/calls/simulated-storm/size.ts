/** AMI events of all storms together, in CI. */
export const CI_EVENTS = 900_000;
/** `STORM=nightly`. */
export const NIGHTLY_EVENTS = 10_000_000;
/** Changes with every version of Node only; `STORM_SEED` tries others. */
export const SEED = Number(process.env.STORM_SEED ?? 20261123);
