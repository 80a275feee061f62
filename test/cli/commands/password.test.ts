import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { runPassword } from '../../../src/cli/commands/password.ts';
import { askHidden } from '../../../src/cli/terminal/hidden-input.ts';
import { commandIo } from '../../../src/cli/terminal/io.ts';
import { isPasswordOf, parsePasswordHash } from '../../../src/password-hash.ts';
import { captureIo } from '../../helpers/captured-io.ts';

async function run(stdin: string, typed?: readonly (string | undefined)[]) {
  const { io, stdout, stderr } = captureIo({ stdin });
  const lines = typed && [...typed];
  const code = await runPassword(
    commandIo({ ...io, ...(lines !== undefined && { askHidden: async () => lines.shift() }) }),
  );
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Whether what was printed is one line, the hash of this password. */
async function isHashOf(stdout: string, password: string): Promise<boolean> {
  const [, line = ''] = /^(\S+)\n$/.exec(stdout) ?? [];
  const hash = parsePasswordHash(line);
  return hash !== undefined && isPasswordOf(hash, password);
}

describe('call-events password', () => {
  it.each([
    ['one line', 'correct horse battery\n'],
    ['a line without its end', 'correct horse battery'],
    ['two lines that are the same', 'correct horse battery\r\ncorrect horse battery\r\n'],
  ])('prints one line, the hash of %s of a pipe', async (_, stdin) => {
    const { code, stdout, stderr } = await run(stdin);
    expect([code, stderr]).toEqual([0, '']);
    expect(await isHashOf(stdout, 'correct horse battery')).toBe(true);
    expect(await isHashOf(stdout, 'correct horse batter')).toBe(false);
    expect(stdout).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('asks twice at a terminal', async () => {
    const { code, stdout } = await run('', ['correct horse battery', 'correct horse battery']);
    expect(code).toBe(0);
    expect(await isHashOf(stdout, 'correct horse battery')).toBe(true);
  });

  it.each([
    ['two passwords', '', ['one password', 'another password'], 'These are two passwords'],
    ['nothing typed', '', [''], 'No password was given'],
    ['Ctrl-C', '', [undefined], 'No password was given'],
    ['an empty pipe', '', undefined, 'No password was given'],
    ['two lines that differ', 'a\nb\n', undefined, 'two passwords'],
    ['a control character', 'pass\x1bword\n', undefined, 'control character'],
    ['a whole file', 'x'.repeat(10_000), undefined, 'at most 4096'],
  ])('prints no hash of %s', async (_, stdin, typed, words) => {
    const { code, stdout, stderr } = await run(stdin, typed);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(words);
  });

  it('says that a short one is short', async () => {
    expect((await run('short\n')).stderr).toContain('This password is short');
  });

  it('takes letters that are typed in two ways for the same', async () => {
    const { stdout } = await run('Größe und Länge\n'.normalize('NFD'));
    expect(await isHashOf(stdout, 'Größe und Länge'.normalize('NFC'))).toBe(true);
  });
});

describe('what is typed at a terminal', () => {
  class Terminal extends EventEmitter {
    isRaw = false;
    setRawMode(raw: boolean): this {
      this.isRaw = raw;
      return this;
    }
    resume = () => this;
    pause = () => this;
  }

  async function type(...pieces: (string | Buffer)[]): Promise<[string | undefined, string]> {
    const terminal = new Terminal();
    let shown = '';
    const asked = askHidden('Password: ', terminal as never, (text) => {
      shown += text;
    });
    expect(terminal.isRaw).toBe(true);
    for (const piece of pieces) terminal.emit('data', Buffer.from(piece));
    const line = await asked;
    expect([terminal.isRaw, terminal.listenerCount('data')]).toEqual([false, 0]);
    return [line, shown];
  }

  it('is not shown', async () => {
    expect(await type('sec', 'ret\r')).toEqual(['secret', 'Password: \n']);
  });

  it('may be corrected', async () => {
    expect(await type('wrong\x15secrex\x7ft\n')).toEqual(['secret', 'Password: \n']);
  });

  it.each(['\x03', 'abc\x03', '\x04'])('is none when it is ended with %j', async (keys) => {
    expect(await type(keys)).toEqual([undefined, 'Password: \n']);
  });
});
