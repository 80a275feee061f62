import { AmiError } from '../errors.ts';

/** The settings of a session. Durations are in milliseconds. */
export interface AmiSettings {
  host: string;
  port: number;
  username: string;
  secret: string;
  /** Left out: plain AMI, without TLS. */
  tls?: TlsSettings;
  /** Event classes asked for after login: `system,call`. */
  eventMask: string;
  /** Event classes that come from the login on; left out: none, until they are asked for. */
  loginMask?: string;
  /**
   * Asked for after login, as `Action: Filter` takes it; left out: none. It needs write=system; refused, all events
   * come.
   */
  filter?: string;
  /**
   * Names of the channel variables that are asked for with the list of channels, for calls that began unobserved; left
   * out: none.
   */
  variables?: readonly string[];
  /** The time for the connection, with its TLS handshake; left out: 10 s. */
  connectTimeout?: number;
  /**
   * The time from the connection to the login, and for later answers; without one of these the session goes on. Left
   * out: 20 s.
   */
  answerTimeout?: number;
  /** A connection on which nothing arrives any more is noticed within two of these. Left out: 15 s. */
  pingInterval?: number;
  /**
   * How often the list of channels is asked for while events come, to find channels that ended or began without an
   * event. Left out: every 5 minutes.
   */
  listInterval?: number;
  /**
   * The longest wait before the first attempt after a lost connection; it doubles with each failure. Left out: 500 ms.
   */
  backoffMin?: number;
  /** The longest wait between two attempts to connect. Left out: 30 s. */
  backoffMax?: number;
  /** How long a refused login waits, at least, before it is tried again. Left out: 30 s. */
  refusedDelay?: number;
  /** How long a list of channels that was not answered waits before it is asked for again. Left out: 60 s. */
  listAgain?: number;
}

interface TlsSettings {
  /** Certificates to trust, in PEM; left out: those that Node trusts. */
  ca?: string;
  /** The name that the certificate must bear; left out: `host`. */
  servername?: string;
  /** `false` takes any certificate; left out: `true`. */
  rejectUnauthorized?: boolean;
}

/**
 * How long a header's value may be: Asterisk drops a connection that sends it a line of 1025 bytes (`inbuf` of `struct
 * mansession`), with the header's name.
 */
export const LONGEST_VALUE = 1000;

const DEFAULTS = {
  variables: [] as readonly string[],
  connectTimeout: 10_000,
  // Asterisk itself gives a login 30 s (`authtimeout` in manager.conf).
  answerTimeout: 20_000,
  pingInterval: 15_000,
  listInterval: 300_000,
  backoffMin: 500,
  backoffMax: 30_000,
  refusedDelay: 30_000,
  listAgain: 60_000,
};

export type CompleteAmiSettings = AmiSettings & typeof DEFAULTS;

/**
 * @throws {AmiError} AMI_BAD_VALUE when a value contains a line end, which would begin a header or an action of its own
 */
export function completeSettings(settings: AmiSettings): CompleteAmiSettings {
  const sent = {
    username: settings.username,
    secret: settings.secret,
    eventMask: settings.eventMask,
    filter: settings.filter ?? '',
  };
  for (const [name, value] of Object.entries(sent)) {
    if (/[\r\n]/.test(value)) throw new AmiError('AMI_BAD_VALUE', `the ${name} for AMI contains a line end`);
  }
  return { ...DEFAULTS, ...settings };
}
