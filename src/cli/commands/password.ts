import { hashPassword } from '../../password-hash.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';

/** The longest password. */
const MOST_BYTES = 4096;
/** Shorter ones are found out by an attacker who has the hash. */
const LONG_ENOUGH = 10;

/** Reads a password, and prints its hash, the value of `web.password`. */
export async function runPassword(io: CommandIo): Promise<number> {
  const given = io.askHidden === undefined ? await readLines(io) : await askTwice(io.askHidden);
  const wrong = 'wrong' in given ? given.wrong : problemOf(given.password);
  if ('wrong' in given || wrong !== undefined) {
    io.stderr(`${wrong}\n`);
    return EXIT.failed;
  }
  if (given.password.length < LONG_ENOUGH)
    io.stderr(`This password is short: it can be found by trying. ${LONG_ENOUGH} characters or more are better.\n`);
  io.stdout(`${await hashPassword(given.password)}\n`);
  return EXIT.ok;
}

type Given = { password: string } | { wrong: string };

async function askTwice(ask: NonNullable<CommandIo['askHidden']>): Promise<Given> {
  const password = await ask('Password for the page: ');
  if (password === undefined || password === '') return { wrong: 'No password was given; nothing is changed.' };
  const again = await ask('The same again: ');
  return again === password ? { password } : { wrong: 'These are two passwords; nothing is changed. Try again.' };
}

/** Reads one line, or at a terminal the same line twice. */
async function readLines({ stdin }: CommandIo): Promise<Given> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) return { wrong: `A password has at most ${MOST_BYTES} bytes.` };
  }
  const [password = '', again, ...more] = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (more.length > 0) return { wrong: 'Expected one line, the password; or two that are the same.' };
  if (again !== undefined && again !== password) return { wrong: 'The two lines are two passwords.' };
  return { password };
}

function problemOf(password: string): string | undefined {
  if (password === '')
    return 'No password was given; type it at a terminal, or give it as a line: … | call-events password';
  if (/\p{Cc}/u.test(password)) return 'The password holds a control character, which no browser can send.';
  return undefined;
}
