import { createRequire } from 'node:module';
import { type DestinationStream, type Logger, pino } from 'pino';
import { nodeErrorCode } from './node-error-code.ts';
import { jsonOfPrintable, printableJson, printableLine } from './printable.ts';
import { Redactor } from './redact/redactor.ts';

export type { Logger };

/**
 * The log: JSON lines for the journal, readable lines on a terminal.
 * @param format where it is no terminal: `journal` is a line of text, with syslog's priority in front
 * @param secrets are kept out of every line; the list may grow
 */
export function createLog(
  level: string,
  isTerminal: boolean,
  secrets: readonly string[],
  write: (text: string) => void,
  format: 'json' | 'journal' = 'json',
): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorFields } };
  const redactor = new Redactor(secrets);
  const masked: DestinationStream = { write: (line) => write(redactor.known(line)) };
  if (!isTerminal && format === 'journal') return pino(options, { write: (line) => masked.write(journalLine(line)) });
  if (!isTerminal) return pino(options, { write: (line) => masked.write(printableJson(line)) });
  // Loaded only for a terminal: the service starts faster without it.
  const { PinoPretty } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const pretty = PinoPretty({
    colorize: (process.env.NO_COLOR ?? '') === '',
    translateTime: 'SYS:HH:MM:ss.l',
    sync: true,
    destination: lineStream(masked),
  });
  return pino(options, { write: (line) => pretty.write(jsonOfPrintable(line)) });
}

/** Of pino's levels, syslog's priorities (sd-daemon(3)): trace and debug 7, info 6, warn 4, error 3, fatal 2. */
const PRIORITIES: Readonly<Record<number, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

/** A line of the log for a person who reads the journal, which has the time: `<3>101 hangup, …`. */
export function journalLine(json: string): string {
  const { level, msg = '', err } = JSON.parse(json) as { level: number; msg?: string; err?: { message?: string } };
  const cause = err?.message === undefined || msg.includes(err.message) ? '' : `: ${err.message}`;
  return `<${PRIORITIES[level] ?? 6}>${printableLine(`${msg}${cause}`)}\n`;
}

/** An error as it is logged: one with a code happens to the service, and its stack says nothing; any other is a bug of ours. */
function errorFields(error: Error): object {
  const code = nodeErrorCode(error);
  if (code === undefined || (code.startsWith('ERR_') && code !== 'ERR_SQLITE_ERROR'))
    return pino.stdSerializers.err(error);
  const { name, message, cause } = error;
  return { type: name, message, code, ...(cause instanceof Error && { cause: errorFields(cause) }) };
}

function lineStream(destination: DestinationStream): NodeJS.WritableStream {
  const { Writable } = process.getBuiltinModule('node:stream');
  return new Writable({
    write(chunk, _encoding, done) {
      destination.write(String(chunk));
      done();
    },
  });
}
