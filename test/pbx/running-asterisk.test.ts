import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runningAsterisk } from '../../src/pbx/running-asterisk.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const { path } = temporaryDirectory();

/** A folder such as /proc, with one process in it. */
function proc(
  name: string,
  { comm = 'asterisk', argv = ['asterisk'], exe = '/usr/sbin/asterisk', root = '/' },
): string {
  const folder = join(path, name);
  const process = join(folder, '4711');
  mkdirSync(process, { recursive: true });
  writeFileSync(join(process, 'comm'), `${comm}\n`);
  writeFileSync(join(process, 'cmdline'), `${argv.join('\0')}\0`);
  writeFileSync(join(process, 'status'), 'Name:\tasterisk\nUid:\t0\t997\t997\t997\nGid:\t0\t995\t995\t995\n');
  symlinkSync(exe, join(process, 'exe'));
  symlinkSync(root, join(process, 'root'));
  return folder;
}

it('finds the Asterisk that runs, whom it runs as, and the file that it was started with', () => {
  const argv = ['/opt/pbx/sbin/asterisk', '-fC', '/opt/pbx/asterisk.conf', '-U', 'pbx'];
  expect(runningAsterisk(proc('one', { argv, exe: '/opt/pbx/sbin/asterisk (deleted)' }))).toEqual({
    uid: 997,
    gid: 995,
    program: '/opt/pbx/sbin/asterisk',
    settings: '/opt/pbx/asterisk.conf',
  });
});

it.each([
  ['another program', { comm: 'asterisk-call' }],
  ["a person's console", { argv: ['asterisk', '-rvvv'] }],
  ['one in a container', { root: path }],
])('is not taken in by %s', (name, process) => {
  expect(runningAsterisk(proc(name, process))).toBeUndefined();
});

it('names no program that is but a loader', () => {
  expect(runningAsterisk(proc('loader', { exe: '/lib64/ld-linux-x86-64.so.2' }))).toMatchObject({
    program: undefined,
    settings: undefined,
  });
});
