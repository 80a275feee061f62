/**
 * Why a delivery failed, without the parts that differ from attempt to attempt: error codes in front, addresses and
 * Locations behind. `nothing listens there`, `HTTP 404`
 */
export function reasonWithoutDetails(reason: string): string {
  return reason
    .replace(/^[A-Z][A-Z_]+: /, '')
    .replace(/^(HTTP \d+): .*/, '$1')
    .replace(/ \([^()]*\)$/, '');
}
