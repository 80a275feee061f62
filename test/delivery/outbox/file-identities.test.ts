import { expect, it } from '@jest/globals';
import { type Remedy, remedyOf, type Seen } from '../../../src/delivery/outbox/file-identities.ts';

it.each<[main: Seen, wal: Seen, shm: Seen, Remedy]>([
  ['ours', 'ours', 'ours', 'none'],
  ['ours', 'gone', 'ours', 'reopen'],
  ['ours', 'ours', 'gone', 'reopen'],
  // Somebody has opened the database meanwhile: it has another log than ours.
  ['ours', 'foreign', 'foreign', 'reopen'],
  ['gone', 'ours', 'ours', 'rewrite'],
  ['gone', 'gone', 'gone', 'rewrite'],
  // Somebody is putting another database there, and this is its log.
  ['gone', 'foreign', 'gone', 'report'],
  ['gone', 'gone', 'foreign', 'report'],
  ['foreign', 'ours', 'ours', 'report'],
  ['foreign', 'foreign', 'foreign', 'report'],
])('database %s, log %s, its index %s: %s', (main, wal, shm, remedy) => {
  expect(remedyOf({ main, wal, shm })).toBe(remedy);
});
