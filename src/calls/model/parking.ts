/**
 * Contexts into which Asterisk sends a parked call that nobody has fetched. Their Exten names the parker's endpoint,
 * `PJSIP_107`, and is no number. Source: `comebacktoorigin` and `comebackcontext` of res_parking.conf.
 */
const BACK_FROM_PARKING = new Set(['park-dial', 'parkedcallstimeout']);

/**
 * Whether a channel was parked and not fetched: it is being returned to the party that parked it. (Who fetches a parked
 * call dials a number, and meets the parked channel in a bridge, as with any other call.)
 */
export function isBackFromParking({ context }: { context?: string }): boolean {
  return context !== undefined && BACK_FROM_PARKING.has(context);
}
