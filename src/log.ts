import { createRequire } from 'node:module';
import { type DestinationStream, type Logger, pino } from 'pino';
import { errorCode } from './error-code.ts';
import { jsonOfPrintable, printableJson } from './printable.ts';
import { Redactor } from './redact/redactor.ts';

export type { Logger };

/**
 * The log: JSON lines for the journal, readable lines on a terminal.
 * @param secrets are kept out of every line; the list may grow
 */
export function createLog(
  level: string,
  isTerminal: boolean,
  secrets: readonly string[],
  write: (text: string) => void,
): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorFields } };
  const redactor = new Redactor(secrets);
  const masked: DestinationStream = { write: (line) => write(redactor.known(line)) };
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

/** An error as it is logged: one with a code happens to the service, and its stack says nothing; any other is a bug of ours. */
function errorFields(error: Error): object {
  const code = errorCode(error);
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
