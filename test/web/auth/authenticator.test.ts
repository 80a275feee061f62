import { expect, it } from '@jest/globals';
import { Authenticator, type WebSettings } from '../../../src/web/auth/authenticator.ts';
import { cheapHash } from '../../helpers/page.ts';

it('passwords are hashed one at a time: each takes 19 MB', async () => {
  const users = ['a', 'b', 'c'].map((name) => ({ name, password: cheapHash(name), access: 'read' as const }));
  let running = 0;
  let most = 0;
  const authenticator = new Authenticator(
    () => ({ users, tokens: [] }) as unknown as WebSettings,
    false,
    async (_, password) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (password === 'broken') throw new Error('no memory');
      return password === 'a';
    },
  );
  const logins = await Promise.allSettled(
    [
      ['a', 'a'],
      ['b', 'broken'],
      ['c', 'wrong'],
      ['', 'x'],
      ['a', 'a'],
    ].map(async ([user = '', password = '']) => authenticator.login(user, password, `192.0.2.${user}`)),
  );
  expect(most).toBe(1);
  // One that fails keeps nobody else out.
  expect(logins).toMatchObject([
    { value: { session: expect.any(String) } },
    { status: 'rejected' },
    { value: { refused: 'wrong' } },
    { value: { refused: 'wrong' } },
    { value: { session: expect.any(String) } },
  ]);
});
