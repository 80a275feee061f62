import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { adviceOnRights } from '../../../src/delivery/outbox/rights-advice.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const directory = temporaryDirectory();
const denied = Object.assign(new Error('EPERM: operation not permitted, chmod'), { code: 'EPERM' });

it('an outbox of another user is to be given to this one', () => {
  const path = directory.write('outbox.db', '');
  const owner = statSync(path).uid;
  const shown = owner === 0 ? 'root' : `user ${owner}`;
  expect(adviceOnRights(path, denied, 4711)).toBe(`${path} belongs to ${shown}, and this is 4711: chown 4711 ${path}*`);
  expect(adviceOnRights(`${path}.lock`, denied, 4711)).toContain(`chown 4711 ${path}*`);
  const readOnly = Object.assign(new Error('attempt to write a readonly database'), { errcode: 1032 });
  expect(adviceOnRights(path, readOnly, 4711)).toContain('chown');
});

it('nothing is advised where rights are not what is wrong', () => {
  const path = directory.write('outbox.db', '');
  expect(adviceOnRights(path, denied, 0)).toBeUndefined();
  expect(adviceOnRights(path, Object.assign(new Error('full'), { errcode: 13 }), 4711)).toBeUndefined();
  expect(adviceOnRights(path, new Error('other'), 4711)).toBeUndefined();
});

it('a folder that may not be written in is named', () => {
  const folder = join(directory.path, 'closed');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o500);
  const advice = adviceOnRights(join(folder, 'outbox.db'), denied, 4711);
  // Root may write everywhere, whatever the folder says.
  expect(advice).toBe(
    process.getuid?.() === 0 ? undefined : `4711 may not write in the folder ${folder}: chown 4711 ${folder}`,
  );
});
