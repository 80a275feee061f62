import { nodeErrorCode } from '../node-error-code.ts';

/** What PostgreSQL says of an error, in five characters; absent: the error is not an answer of the database. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = nodeErrorCode(error) ?? '';
  // Each has a digit; Node's EPIPE and EPERM have none.
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether PostgreSQL refuses it for want of rights (insufficient_privilege). */
export const isDenied = (error: unknown) => sqlStateOf(error) === '42501';

/** Whether there is no such table or schema (undefined_table, invalid_schema_name). */
export const isMissing = (error: unknown) => ['42P01', '3F000'].includes(sqlStateOf(error) ?? '');

/**
 * Whether the database will never take a value, however often it is written: classes 22 and 23, data and constraints.
 */
export const isUnwritable = (error: unknown) => /^2[23]/.test(sqlStateOf(error) ?? '');

/** Errors of the network that pass. */
const NETWORK = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
]);

/**
 * Whether the database cannot be reached now, or takes nothing for a while: it starts or stops, or has no connection
 * left.
 */
export function isAway(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return /^(?:08|53|57)/.test(state);
  const code = nodeErrorCode(error);
  if (code !== undefined) return NETWORK.has(code) && !isOfFile(error);
  // What pg says of a connection that was cut, or that is too slow.
  return error instanceof Error && /timeout|terminated|Connection ended|not queryable/i.test(error.message);
}

/** ENOENT is a database's missing socket, too. */
const isOfFile = (error: unknown) => (error as { syscall?: string }).syscall === 'open';
