import { type Logger, pino } from 'pino';
import { journalLine, terminalLine, textLine } from './log-line.ts';
import { nodeErrorCode } from './node-error-code.ts';
import { printableJson } from './printable.ts';
import { Redactor } from './redact/redactor.ts';

export type { Logger };

/**
 * For programs, one JSON object a line; or for people: `journal` with syslog's priorities, `terminal` with the time of
 * day, `text` with all of the time.
 */
export type LogFormat = 'json' | 'journal' | 'terminal' | 'text';

/** @param secrets are kept out of every line; the list may grow */
export function createLog(
  level: string,
  format: LogFormat,
  secrets: readonly string[],
  write: (text: string) => void,
): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorFields } };
  const redactor = new Redactor(secrets);
  const lineOf = FORMATS[format];
  return pino(options, { write: (line) => write(redactor.redactKnownSecrets(lineOf(line))) });
}

const FORMATS: Readonly<Record<LogFormat, (json: string) => string>> = {
  json: printableJson,
  journal: journalLine,
  terminal: (json) => terminalLine(json, (process.env.NO_COLOR ?? '') === ''),
  text: textLine,
};

/**
 * An error as it is logged: one with a code happens to the service, and its stack says nothing; any other is a bug of
 * ours.
 */
function errorFields(error: Error): object {
  const code = nodeErrorCode(error);
  if (code === undefined || (code.startsWith('ERR_') && code !== 'ERR_SQLITE_ERROR'))
    return pino.stdSerializers.err(error);
  const { name, message, cause } = error;
  return { type: name, message, code, ...(cause instanceof Error && { cause: errorFields(cause) }) };
}
