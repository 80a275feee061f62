import { nodeErrorCode } from '../node-error-code.ts';

/** The parts of the shared queue's address that commands to type need. */
export interface QueueAddress {
  /** `db.example.com:5432` */
  host: string;
  port: string;
  user: string;
  database: string;
  /** config.yaml, where the address stands. */
  file: string;
}

export function queueAddressOf(url: string, file: string): QueueAddress {
  const { hostname, port, username, pathname } = new URL(url);
  const user = decodeURIComponent(username) || 'postgres';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || '5432',
    user,
    database: decodeURIComponent(pathname.slice(1)) || user,
    file,
  };
}

/** Explains why the shared queue cannot be used, and what to type. PostgreSQL's own codes: its manual, appendix A. */
export function explainQueueFailure(error: unknown, address: QueueAddress): [message: string, remedy: string] {
  const { host, port, user, database, file } = address;
  const cause = firstOf(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  const at = `${host}:${port}`;
  const edit = (what: string) => `editor ${file}     (queue: ${what})`;
  switch (nodeErrorCode(cause)) {
    case 'ECONNREFUSED':
      return [
        `nothing listens at ${at}`,
        `pg_isready -h ${host} -p ${port}     (on ${host}: systemctl status postgresql)`,
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`the name ${host} is not known`, `getent hosts ${host}     (correct queue in ${file})`];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [`there is no route to ${host}`, `ip route get ${host}`];
    case 'ENOENT':
      return [
        `the file of sslrootcert is not there: ${message}`,
        edit('sslrootcert=FILE, the certificate of the database'),
      ];
    case '28P01':
      return [
        `${at} refuses the password of ${user}`,
        `psql -h ${host} -p ${port} -U ${user} ${database}     (correct the password in ${file})`,
      ];
    case '28000':
      return [
        `${at} lets ${user} not in from here: ${message}`,
        `on ${host}: editor pg_hba.conf     (a line for ${user} and this machine), then systemctl reload postgresql`,
      ];
    case '3D000':
      return [`${at} has no database ${database}`, `createdb -h ${host} -p ${port} --owner ${user} ${database}`];
    case '42501':
      return [`${user} may not do there what it has to: ${message}`, rightsRemedy(address)];
    case '53300':
      return [
        `${at} has no connection left: ${message}`,
        `on ${host}: max_connections in postgresql.conf, or PgBouncer before it`,
      ];
    case '57P03':
      return [
        `${at} is starting, stopping or recovering`,
        `pg_isready -h ${host} -p ${port}     (wait until it accepts connections)`,
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `the certificate of ${at} is for another name`,
        edit('the name in the certificate as host, or sslmode=verify-ca'),
      ];
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return [
        `the certificate of ${at} is not signed by a trusted authority`,
        edit('…?sslmode=verify-full&sslrootcert=FILE'),
      ];
    case 'CERT_HAS_EXPIRED':
      return [
        `the certificate of ${at} has expired`,
        `renew the certificate of ${host}, then on ${host}: systemctl reload postgresql`,
      ];
    default:
      return explainByText(message, address);
  }
}

/** Errors of pg that have no code. */
function explainByText(message: string, { host, port, user, file }: QueueAddress): [string, string] {
  const at = `${host}:${port}`;
  if (/does not support SSL/i.test(message))
    return [
      `${at} does not speak TLS`,
      `on ${host}: ssl = on in postgresql.conf; or editor ${file}     (queue: …?sslmode=disable)`,
    ];
  if (/password must be a (?:non-empty )?string/i.test(message))
    return [
      `${at} wants a password of ${user}, and queue has none`,
      `editor ${file}     (queue: postgres://${user}:\${file:/etc/call-events/queue.secret}@${host}/…)`,
    ];
  if (/timeout|terminated/i.test(message))
    return [`no answer from ${at} in time`, `nc -vz ${host} ${port}     (a firewall between the two?)`];
  return [`${at}: ${message}`, `pg_isready -h ${host} -p ${port}`];
}

/** Missing rights: points at the GRANT lines of docs/scaling.md. */
export const rightsRemedy = ({ host, database }: QueueAddress) =>
  `on ${host}, as the database's owner: psql ${database}     (the GRANT lines of docs/scaling.md, "Who may what")`;

/** The error of the first address, where a name has several and all failed. */
function firstOf(error: unknown): unknown {
  const errors: unknown = error instanceof Error && 'errors' in error ? error.errors : undefined;
  return Array.isArray(errors) && errors.length > 0 ? errors[0] : error;
}
