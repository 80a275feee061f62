/** How a channel's name ends, by its technology: the first pattern that fits. */
const SUFFIXES: readonly { of: RegExp; suffix: RegExp }[] = [
  // ISDN, `DAHDI/i<span>/<number>-<counter>`: the counter is one for the whole span, without leading zeros.
  { of: /^DAHDI\/i\d+\//, suffix: /-[0-9a-fA-F]+$/ },
  { of: /^(?:IAX2|DAHDI)\//, suffix: /-\d+(?:;[12])?$/ },
  { of: /^/, suffix: /-[0-9a-fA-F]{8}(?:;[12])?$/ },
];

/**
 * The endpoint of a channel: its name without the one final `-` and its digits. `PJSIP/101-0000001f` is `PJSIP/101`,
 * `PJSIP/9170-12-0000001f` is `PJSIP/9170-12`, `IAX2/103-4711` is `IAX2/103`,
 * `DAHDI/i1/101-a` is `DAHDI/i1/101`. A name without them is returned as it is.
 */
export function endpointOf(channel: string): string {
  const form = SUFFIXES.find(({ of }) => of.test(channel));
  return form === undefined ? channel : channel.replace(form.suffix, '');
}
