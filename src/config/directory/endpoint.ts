const ISDN = /^DAHDI\/i\d+\//;
const HEXADECIMAL = /-[0-9a-fA-F]+$/;
const DECIMAL = /-\d+(?:;[12])?$/;
const EIGHT_HEXADECIMAL = /-[0-9a-fA-F]{8}(?:;[12])?$/;

/** How a channel's name ends, by its technology. */
function suffixOf(channel: string): RegExp {
  // `DAHDI/i<span>/<number>-<counter>`: the counter is one for the whole span, without leading zeros.
  if (channel.startsWith('DAHDI/')) return ISDN.test(channel) ? HEXADECIMAL : DECIMAL;
  return channel.startsWith('IAX2/') ? DECIMAL : EIGHT_HEXADECIMAL;
}

/**
 * The endpoint of a channel: its name without the one final `-` and its digits. `PJSIP/101-0000001f` is `PJSIP/101`,
 * `PJSIP/9170-12-0000001f` is `PJSIP/9170-12`, `IAX2/103-4711` is `IAX2/103`,
 * `DAHDI/i1/101-a` is `DAHDI/i1/101`. A name without them is returned as it is.
 */
export function endpointOf(channel: string): string {
  return channel.replace(suffixOf(channel), '');
}
