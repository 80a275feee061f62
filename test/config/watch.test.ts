import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { watchText } from '../../src/config/watch.ts';

const file = join(mkdtempSync(join(tmpdir(), 'call-events-watch-')), 'config.yaml');

describe('a watched file', () => {
  let told = 0;
  let stop: () => void;
  /** Time is the test's own: one look after the other. */
  const look = (times = 1) => jest.advanceTimersByTime(500 * times);

  beforeEach(() => {
    jest.useFakeTimers();
    told = 0;
    writeFileSync(file, 'first');
    stop = watchText(file, () => told++);
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  it('is not taken while nothing changes', () => {
    look(10);
    writeFileSync(file, 'first');
    look(10);
    expect(told).toBe(0);
  });

  it('is taken once, when it has stayed the same for a look', () => {
    writeFileSync(file, 'second');
    look();
    expect(told).toBe(0);
    look();
    expect(told).toBe(1);
    look(10);
    expect(told).toBe(1);
  });

  it('is not taken while it is still written', () => {
    for (const text of ['s', 'se', 'sec', 'seco']) {
      writeFileSync(file, text);
      look();
    }
    expect(told).toBe(0);
    look();
    expect(told).toBe(1);
  });

  it('is taken when another file is put in its place', () => {
    writeFileSync(`${file}.new`, 'second');
    renameSync(`${file}.new`, file);
    look(2);
    expect(told).toBe(1);
  });

  it('is taken when it is a link that comes to point elsewhere', () => {
    const link = `${file}.link`;
    const linked = watchText(link, () => told++);
    symlinkSync(file, link);
    look(2);
    expect(told).toBe(1);
    writeFileSync(`${file}.other`, 'second');
    symlinkSync(`${file}.other`, `${link}.new`);
    renameSync(`${link}.new`, link);
    look(2);
    expect(told).toBe(2);
    linked();
  });

  it('is waited for while it is gone', () => {
    rmSync(file);
    look(5);
    expect(told).toBe(0);
    writeFileSync(file, 'second');
    look(2);
    expect(told).toBe(1);
  });

  it('is not taken when the change is taken back', () => {
    writeFileSync(file, 'second');
    look();
    writeFileSync(file, 'first');
    look(5);
    expect(told).toBe(0);
  });

  it('is left alone once it is over', () => {
    stop();
    writeFileSync(file, 'second');
    look(5);
    expect(told).toBe(0);
  });
});
