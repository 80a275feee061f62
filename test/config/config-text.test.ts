import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MOST_BYTES, readConfigText } from '../../src/config/config-text.ts';
import { ConfigWatcher } from '../../src/config/config-watcher.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const { path: DIRECTORY } = temporaryDirectory();
let directories = 0;
function newDirectory(): string {
  const directory = join(DIRECTORY, String(directories++));
  mkdirSync(directory);
  return directory;
}

const path = (name: string) => join(newDirectory(), name);

describe('the text of config.yaml', () => {
  it('is refused, and not waited for, when a pipe stands in its place', () => {
    const fifo = path('config.yaml');
    execFileSync('mkfifo', [fifo]);
    expect(() => readConfigText(fifo)).toThrow(`${fifo}:1:1: this is a pipe, a socket or a device, not a file`);
    // Nor does the watcher wait.
    const watcher = new ConfigWatcher(fifo, () => undefined);
    expect(watcher.takeIfComplete()).toBe(true);
  });

  it('is refused when it is a directory, or not there', () => {
    const directory = path('config.yaml');
    mkdirSync(directory);
    expect(() => readConfigText(directory)).toThrow('this is a directory, not a file');
    expect(() => readConfigText(path('missing.yaml'))).toThrow('there is no such file; --config names another one');
  });

  it('is not read when it is larger than any configuration', () => {
    const file = path('config.yaml');
    writeFileSync(file, 'extensions: {}');
    truncateSync(file, MOST_BYTES + 1);
    expect(() => readConfigText(file)).toThrow(`${file}:1:1: the file has 65 MB; at most 64 MB are read`);
  });
});
