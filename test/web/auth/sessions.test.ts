import { expect, it } from '@jest/globals';
import { Sessions } from '../../../src/web/auth/sessions.ts';

const HOUR = 3_600_000;

it('a session is 32 random bytes, another for each login', () => {
  const sessions = new Sessions();
  const ids = new Set(Array.from({ length: 50 }, () => sessions.begin('admin', 'hash', 0)));
  expect(ids.size).toBe(50);
  for (const id of ids) expect(Buffer.from(id, 'base64url').length).toBe(32);
});

it('the bytes themselves are not kept', () => {
  const sessions = new Sessions();
  const keys: string[] = [];
  const set = Map.prototype.set;
  Map.prototype.set = function (key, value) {
    keys.push(String(key));
    return set.call(this, key, value);
  };
  try {
    const id = sessions.begin('admin', 'hash', 0);
    expect(keys.length).toBe(1);
    expect(keys.join()).not.toContain(id);
  } finally {
    Map.prototype.set = set;
  }
});

it('it ends when it is idle for 12 hours', () => {
  const sessions = new Sessions();
  const id = sessions.begin('admin', 'hash', 0);
  expect(sessions.touch(id, 12 * HOUR)?.user).toBe('admin');
  expect(sessions.touch(id, 24 * HOUR)?.user).toBe('admin');
  expect(sessions.touch(id, 36 * HOUR + 1)).toBeUndefined();
});

it('it ends after a week, however busy it is', () => {
  const sessions = new Sessions();
  const id = sessions.begin('admin', 'hash', 0);
  for (let at = 0; at <= 7 * 24; at += 8) expect(sessions.touch(id, at * HOUR)).toBeDefined();
  expect(sessions.touch(id, 7 * 24 * HOUR + 1)).toBeUndefined();
});

it('what is open all the time does not make it busy', () => {
  const sessions = new Sessions();
  const id = sessions.begin('admin', 'hash', 0);
  expect(sessions.isValid(id, 11 * HOUR)).toBe(true);
  expect(sessions.isValid(id, 12 * HOUR + 1)).toBe(false);
});

it('it ends when it is ended, and another one goes on', () => {
  const sessions = new Sessions();
  const [one, other] = [sessions.begin('admin', 'hash', 0), sessions.begin('admin', 'hash', 0)];
  sessions.end(one);
  expect([sessions.touch(one, 1), sessions.touch(other, 1)?.user]).toEqual([undefined, 'admin']);
});

it('there are never more than a thousand: the one that was seen least is ended', () => {
  const sessions = new Sessions();
  const first = sessions.begin('admin', 'hash', 0);
  const second = sessions.begin('admin', 'hash', 1);
  for (let at = 2; at < 1000; at++) sessions.begin('admin', 'hash', at);
  sessions.touch(first, 2000);
  sessions.begin('admin', 'hash', 2001);
  expect(sessions.touch(first, 2002)).toBeDefined();
  expect(sessions.touch(second, 2002)).toBeUndefined();
});
