import { textOfEvent } from './event-text.ts';
import { detectFormat, eventInJson, parseObject, type RecordingFormat } from './recording-format.ts';

/** This much of a log shows its format; where it does not, the log is taken for AMI. */
const BEGINNING_BYTES = 64 * 1024;
const LF = 10;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** A header of AMI. */
const HEADER = /^[A-Za-z][\w-]*(?:\([^)]*\))?:(?: |$)/;
/** The first line of an AMI session, which is not a header. */
const BANNER = /^Asterisk Call Manager\//;

export interface RecordingObserver {
  /** Called once, when the format of the log is known. */
  format(format: RecordingFormat): void;
  /** Called for a line that cannot be read. @param line its number, from 1 @param problem the reason */
  unreadable(line: number, problem: string): void;
}

/**
 * A log in any {@link RecordingFormat} as the text of AMI, chunk by chunk. Text that is AMI already is passed on
 * unchanged.
 * @param chunks the log, cut anywhere
 */
export async function* readRecording(
  chunks: AsyncIterable<Uint8Array | string>,
  observer: RecordingObserver,
): AsyncGenerator<Uint8Array> {
  let beginning: Buffer | undefined = Buffer.alloc(0);
  let lines: LineReader | undefined;
  const begin = (format: RecordingFormat): Uint8Array => {
    const first = beginning ?? Buffer.alloc(0);
    beginning = undefined;
    observer.format(format);
    if (format.kind === 'ami') return first;
    lines = new LineReader(format, observer);
    return lines.push(first);
  };
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (beginning === undefined) {
      yield lines === undefined ? bytes : lines.push(bytes);
      continue;
    }
    beginning = Buffer.concat([beginning, bytes]);
    if (beginning.subarray(0, BOM.length).equals(BOM)) beginning = beginning.subarray(BOM.length);
    const format = detectFormat(beginning.toString('utf8'), false);
    if (format !== undefined) yield begin(format);
    else if (beginning.length > BEGINNING_BYTES) yield begin({ kind: 'ami' });
  }
  if (beginning !== undefined) yield begin(detectFormat(beginning.toString('utf8'), true) ?? { kind: 'ami' });
  if (lines !== undefined) yield lines.end();
}

/** Lines that are not those of AMI → AMI text. */
class LineReader {
  readonly #toAmi: (line: string) => string;
  readonly #observer: RecordingObserver;
  #rest: Buffer = Buffer.alloc(0);
  #number = 0;

  constructor(format: Exclude<RecordingFormat, { kind: 'ami' }>, observer: RecordingObserver) {
    this.#observer = observer;
    if (format.kind === 'json') this.#toAmi = (line) => this.#ofJson(line);
    else this.#toAmi = (line) => this.#ofPrefixed(line, format.prefix);
  }

  push(bytes: Uint8Array): Buffer {
    const all = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    let text = '';
    let at = 0;
    for (let end = all.indexOf(LF); end >= 0; end = all.indexOf(LF, at)) {
      text += this.#read(all.subarray(at, end));
      at = end + 1;
    }
    this.#rest = all.subarray(at);
    return Buffer.from(text);
  }

  end(): Buffer {
    const text = this.#rest.length === 0 ? '' : this.#read(this.#rest);
    // The last block may have no empty line behind it.
    return Buffer.from(`${text}\r\n\r\n`);
  }

  #read(line: Buffer): string {
    this.#number++;
    return this.#toAmi(line.toString('utf8').trimEnd());
  }

  #ofPrefixed(line: string, prefix: RegExp): string {
    const text = line.replace(prefix, '');
    if (text === '' || HEADER.test(text)) return `${/^event:/i.test(text) ? '\r\n' : ''}${text}\r\n`;
    if (!BANNER.test(text)) this.#observer.unreadable(this.#number, 'it is not a header of AMI');
    return '';
  }

  #ofJson(line: string): string {
    if (/^[\s[\],]*$/.test(line)) return '';
    const event = eventInJson(line);
    if (event !== undefined) return textOfEvent(event);
    const object = parseObject(line);
    if (object === undefined) this.#observer.unreadable(this.#number, 'it is not one whole JSON object');
    // An answer to an action is no event.
    else if (!Object.keys(object).some((key) => /^(?:response|actionid)$/i.test(key)))
      this.#observer.unreadable(this.#number, 'it has no "event"');
    return '';
  }
}
