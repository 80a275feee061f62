/**
 * Who is an extension: answers the three questions that `calls` asks of the configuration.
 * Built from the configuration: `Extensions`.
 */
export interface Directory {
  /**
   * The extension that a channel belongs to.
   * @param channel the channel's name as Asterisk gives it (`PJSIP/101-0000001f`); never a Local channel
   */
  ofChannel(channel: string): Extension | undefined;
  /** The extension with this name (`101`): an exact entry, or one that a pattern stands for. */
  ofNumber(number: string): Extension | undefined;
  /** Whether calls to this number make no Dial-Out (feature codes: config.yaml's `ignore`). */
  isIgnored(number: string): boolean;
}

/** An extension as far as `calls` knows it. */
export interface Extension {
  /** Its name, sent exactly as configured: `101`, `0003*001`. */
  name: string;
  did?: string;
}
