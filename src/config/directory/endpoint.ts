/** Technologies whose channel names end in 8 hexadecimal digits, and those that end in a decimal number. */
const SUFFIX = /-(?:[0-9a-fA-F]{8})(?:;[12])?$/;
const DECIMAL_SUFFIX = /-\d+(?:;[12])?$/;
const DECIMAL = /^(?:IAX2|DAHDI)\//;

/**
 * The endpoint of a channel: its name without the one final `-` and its digits. `PJSIP/101-0000001f` is `PJSIP/101`,
 * `PJSIP/9170-12-0000001f` is `PJSIP/9170-12`, `IAX2/103-4711` is `IAX2/103`. A name without them is returned as it is.
 */
export function endpointOf(channel: string): string {
  return channel.replace(DECIMAL.test(channel) ? DECIMAL_SUFFIX : SUFFIX, '');
}
