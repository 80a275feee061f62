import { createRequire } from 'node:module';
import { type DestinationStream, type Logger, pino } from 'pino';
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
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
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

function lineStream(destination: DestinationStream): NodeJS.WritableStream {
  const { Writable } = process.getBuiltinModule('node:stream');
  return new Writable({
    write(chunk, _encoding, done) {
      destination.write(String(chunk));
      done();
    },
  });
}
