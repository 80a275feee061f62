/**
 * Says which channels and numbers are extensions: answers the questions of `calls` about the configuration.
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
  /**
   * The extension that a caller reaches by a number. Where several tenants have the same numbers, endpoints begin with
   * the tenant's name: 102 is `t17_102` for the caller `PJSIP/t17_101`, and `0003*102` for `SIP/0003*101`.
   * @param caller the name of the caller's channel
   */
  ofDialled(number: string, caller: string): Extension | undefined;
  /** The extension that stands for the queue of this name; upper and lower case do not matter. */
  ofQueue(queue: string): Extension | undefined;
  /**
   * The extension that calls from outside to this number belong to.
   * @param number the called number, as Asterisk gives it
   */
  ofLine(number: string): Extension | undefined;
  /** Whether there are queues at all. */
  readonly hasQueues: boolean;
  /** Whether there are lines at all: only then the called number of a call from outside matters. */
  readonly hasLines: boolean;
  /**
   * Whether the called number of a call from outside is its channel variable FROM_DID, even where its trunk shows
   * another number: the administrator has named it in `asterisk.variables`. Left out: no.
   */
  readonly prefersFromDid?: boolean;
  /** Whether calls to this number make no Dial-Out (feature codes: config.yaml's `ignore`). */
  isIgnored(number: string): boolean;
}

/** An extension as far as `calls` knows it. */
export interface Extension {
  /** Its name, sent exactly as configured: `101`, `0003*001`. */
  name: string;
  did?: string;
}
