const LF = 0x0a;
/** The longest status line. */
const MOST_LINE_BYTES = 1024;
/** Informational answers (103 Early Hints …) before the final one; a browser allows about as many. */
export const MOST_INFORMATIONAL = 20;
/** The bytes kept for the case that Node's parser refuses an answer: more than most headers, and some of the body. */
const MOST_KEPT_BYTES = 16_384;

/**
 * Reads the bytes of an answer as far as its status line. It is more lenient than Node's parser, which refuses an
 * answer for what comes later (a line that ends with LF alone, a header with a blank in its name, two lengths, 20 kB of
 * cookies) although its receiver has done its work.
 */
export class StatusLine {
  /** Of the final answer; absent: its line has not come yet, or what came is not HTTP. */
  status: number | undefined;
  /** How many informational answers (1xx) came before it. */
  informational = 0;
  /** Whether no byte has come yet. */
  isEmpty = true;
  #reading: 'status line' | 'informational' | 'nothing more' = 'status line';
  #line = '';
  #kept: Buffer[] = [];
  #keptBytes = 0;

  /** Whether there were too many informational answers. Nothing more is read then. */
  get isEndless(): boolean {
    return this.informational > MOST_INFORMATIONAL;
  }

  push(chunk: Buffer): void {
    this.isEmpty = false;
    let from = 0;
    while (this.#reading !== 'nothing more' && from < chunk.length) {
      const end = chunk.indexOf(LF, from);
      const upTo = end === -1 ? chunk.length : end;
      this.#line += chunk.toString('latin1', from, Math.min(upTo, from + MOST_LINE_BYTES));
      if (end === -1) {
        if (this.#line.length > MOST_LINE_BYTES) this.#endLine();
        break;
      }
      this.#endLine();
      from = end + 1;
    }
    if (this.status !== undefined) this.#keep(chunk.subarray(from));
  }

  /**
   * The headers and body behind the status line, read as far as possible: for an answer that Node's parser has refused.
   */
  get rest(): { location: string | undefined; retryAfter: string | undefined; body: string } {
    const text = Buffer.concat(this.#kept).toString('utf8');
    const [head = '', ...body] = text.split(/\r?\n\r?\n/);
    const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*?)\\s*$`, 'im').exec(head)?.[1];
    return {
      location: header('location'),
      retryAfter: header('retry-after'),
      body: body.join('\n\n'),
    };
  }

  #endLine(): void {
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    if (this.#reading === 'informational') {
      if (line === '') this.#reading = 'status line';
      return;
    }
    const status = Number(/^HTTP\/\d(?:\.\d)? +(\d{3})(?!\S)/.exec(line)?.[1]);
    if (status >= 100 && status < 200) {
      this.informational++;
      this.#reading = this.isEndless ? 'nothing more' : 'informational';
      return;
    }
    this.#reading = 'nothing more';
    if (!Number.isNaN(status)) this.status = status;
  }

  #keep(rest: Buffer): void {
    if (this.#keptBytes >= MOST_KEPT_BYTES || rest.length === 0) return;
    this.#kept.push(rest);
    this.#keptBytes += rest.length;
  }
}
