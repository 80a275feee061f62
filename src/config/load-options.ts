/** Which parts of config.yaml are required, and whether references to secrets are resolved. */
export interface LoadOptions {
  /**
   * `extensions`: all that a replay needs; `all`: the connection to Asterisk as well; `queue`: only the shared queue.
   * Default `all`.
   */
  require?: 'extensions' | 'all' | 'queue';
  /** `keep` leaves `${file:…}` and the like as they stand. Default `resolve`. */
  secrets?: 'resolve' | 'keep';
  env?: NodeJS.ProcessEnv;
  /** `optional`: the page may be served without a password, as the demo does. Default `required`. */
  webPassword?: 'required' | 'optional';
}
