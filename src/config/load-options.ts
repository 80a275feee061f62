/** How much of config.yaml is needed, and what becomes of the references to secrets in it. */
export interface LoadOptions {
  /** `extensions`: all that a replay needs; `all`: the connection to Asterisk as well; `queue`: only the shared queue. Default `all`. */
  require?: 'extensions' | 'all' | 'queue';
  /** `keep` leaves `${file:…}` and the like as they stand. Default `resolve`. */
  secrets?: 'resolve' | 'keep';
  env?: NodeJS.ProcessEnv;
  /** `optional`: the page may be served without a password, as the demo does. Default `required`. */
  webPassword?: 'required' | 'optional';
}
