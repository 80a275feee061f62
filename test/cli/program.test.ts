import { describe, expect, it } from '@jest/globals';
import { runProgram } from '../../src/cli/program.ts';
import { captureIo } from '../helpers/captured-io.ts';

async function program(...argv: string[]) {
  const captured = captureIo({ columns: 100 });
  const code = await runProgram(argv, captured.io);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

const COMMANDS = [
  'run',
  'check',
  'setup',
  'doctor',
  'test-send',
  'record',
  'replay',
  'deliveries',
  'demo',
  'recipe',
  'schema',
];

describe('the command line', () => {
  it('names every command, and how to begin', async () => {
    const { code, stdout } = await program('--help');
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Begin with:  call-events demo');
  });

  it.each(COMMANDS)('helps with %s', async (command) => {
    expect(await program(command, '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^Usage: call-events ${command} `)),
      stderr: '',
    });
  });

  it('reports its version', async () => {
    expect(await program('--version')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it.each([
    [[], 'Usage: call-events'],
    [['chek'], "unknown command 'chek'\n(Did you mean check?)"],
    [['check', '--confg', 'x'], '(Did you mean --config?)'],
    [['check', '--config'], "option '-c, --config <file>' argument missing"],
    [['check', 'my.yaml'], 'The configuration is named with --config my.yaml\n'],
    [['replay'], "missing required argument 'log'"],
    [['record'], "required option '-o, --output <file>' not specified"],
    [['test-send', '101'], 'which event? expected one of: dial-in'],
    [['deliveries', 'shw'], 'shw'],
  ])('%s exits with 2', async (argv, said) => {
    expect(await program(...argv)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });

  it.each([['run'], ['check'], ['replay', 'x'], ['record', '--output', 'x'], ['test-send', '101', 'hangup']])(
    '%s exits with 78 without a configuration',
    async (...argv) => {
      expect(await program(...argv, '--config', '/nowhere.yaml')).toEqual({
        code: 78,
        stdout: '',
        stderr: '/nowhere.yaml:1:1: there is no such file; --config names another one\n',
      });
    },
  );
});
