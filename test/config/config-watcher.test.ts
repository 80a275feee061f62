import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConfigWatcher } from '../../src/config/config-watcher.ts';

const file = join(mkdtempSync(join(tmpdir(), 'call-events-watch-')), 'config.yaml');

describe('a watched file', () => {
  let reports = 0;
  let watched: ConfigWatcher;
  /** Time is the test's own: one look after the other. */
  const look = (times = 1) => jest.advanceTimersByTime(500 * times);

  beforeEach(() => {
    jest.useFakeTimers();
    reports = 0;
    writeFileSync(file, 'first');
    watched = new ConfigWatcher(file, () => reports++);
    watched.take();
    watched.start();
  });
  afterEach(() => {
    watched.stop();
    jest.useRealTimers();
  });

  it('is not taken while nothing changes', () => {
    look(10);
    writeFileSync(file, 'first');
    look(10);
    expect(reports).toBe(0);
  });

  it('is taken once, when it has stayed the same for a look', () => {
    writeFileSync(file, 'second');
    look();
    expect(reports).toBe(0);
    look();
    expect(reports).toBe(1);
    look(10);
    expect(reports).toBe(1);
  });

  it('is not taken while it is still written', () => {
    for (const text of ['s', 'se', 'sec', 'seco']) {
      writeFileSync(file, text);
      look();
    }
    expect(reports).toBe(0);
    look();
    expect(reports).toBe(1);
  });

  it('is taken when another file is put in its place', () => {
    writeFileSync(`${file}.new`, 'second');
    renameSync(`${file}.new`, file);
    look(2);
    expect(reports).toBe(1);
  });

  it('is taken when it is a link that comes to point elsewhere', () => {
    const link = `${file}.link`;
    const linked = new ConfigWatcher(link, () => reports++);
    linked.take();
    linked.start();
    symlinkSync(file, link);
    look(2);
    expect(reports).toBe(1);
    writeFileSync(`${file}.other`, 'second');
    symlinkSync(`${file}.other`, `${link}.new`);
    renameSync(`${link}.new`, link);
    look(2);
    expect(reports).toBe(2);
    linked.stop();
  });

  it('is waited for while it is gone', () => {
    rmSync(file);
    look(5);
    expect(reports).toBe(0);
    writeFileSync(file, 'second');
    look(2);
    expect(reports).toBe(1);
  });

  it('is not taken when the change is taken back', () => {
    writeFileSync(file, 'second');
    look();
    writeFileSync(file, 'first');
    look(5);
    expect(reports).toBe(0);
  });

  it('is left alone once it is over', () => {
    watched.stop();
    writeFileSync(file, 'second');
    look(5);
    expect(reports).toBe(0);
  });

  it('may be taken at once when somebody asks, and is not reported a second time', () => {
    writeFileSync(file, 'longer than before');
    expect(watched.takeIfComplete()).toBe(true);
    look(5);
    expect(reports).toBe(0);
  });

  it('may have changed again before it is read: then half of it is not applied, but what was taken is', () => {
    writeFileSync(file, 'longer than before');
    expect(watched.takeIfComplete()).toBe(true);
    expect(watched.mayApply('fir')).toBe(false);
    expect(watched.mayApply('longer than before')).toBe(true);
    expect(watched.mayApply('longer than before, and more')).toBe(true);
    writeFileSync(file, 'fir');
    look(3);
    expect(reports).toBe(1);
    expect(watched.mayApply('fir')).toBe(true);
  });

  it('may be half-written when it is shorter than the active one: it is reported when it has stopped changing', () => {
    writeFileSync(file, 'fir');
    expect(watched.takeIfComplete()).toBe(false);
    look();
    expect(reports).toBe(0);
    look();
    expect(reports).toBe(1);
  });

  it('may be half-written when its last line is not ended, and that of the active one is', () => {
    writeFileSync(file, 'first\n');
    expect(watched.takeIfComplete()).toBe(true);
    watched.markApplied();
    writeFileSync(file, 'first\nsecond');
    expect(watched.takeIfComplete()).toBe(false);
    writeFileSync(file, 'first\nsecond\n');
    expect(watched.takeIfComplete()).toBe(true);
  });

  it('is reported too when it is again what it was before somebody asked', () => {
    writeFileSync(file, 'first and more');
    expect(watched.takeIfComplete()).toBe(true);
    watched.markApplied();
    writeFileSync(file, 'first');
    expect(watched.takeIfComplete()).toBe(false);
    look(2);
    expect(reports).toBe(1);
  });

  it('is read at each look while it is new, and then only when it has changed', () => {
    writeFileSync(file, 'x'.repeat(1_000_000));
    expect(watched.takeIfComplete()).toBe(true);
    expect(megabytesReadBy(() => look(6))).toBe(6);
    expect(megabytesReadBy(() => look(20))).toBe(0);
    // The caller has another reason to think that it has changed.
    expect(megabytesReadBy(() => watched.takeIfComplete())).toBe(1);
    expect(megabytesReadBy(() => look(20))).toBe(0);
    writeFileSync(file, 'y'.repeat(1_000_000));
    expect(megabytesReadBy(() => look(2))).toBe(2);
    expect(reports).toBe(1);
  });

  it('is as new as ever, however often somebody asks', () => {
    writeFileSync(file, 'x'.repeat(1_000_000));
    for (let times = 0; times < 20; times++) watched.takeIfComplete();
    expect(megabytesReadBy(() => look(6))).toBe(6);
  });
});

/** As Linux counts it. */
function megabytesReadBy(action: () => void): number {
  const read = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  const before = read();
  action();
  return Math.round((read() - before) / 1_000_000);
}
