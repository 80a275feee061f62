import { expect, it } from '@jest/globals';
import { uriOf } from './sip-message.ts';

it('reads the URI of a name-addr, whatever stands in its quotes', () => {
  expect(uriOf('<sip:101@127.0.0.1>;tag=a')).toBe('sip:101@127.0.0.1');
  expect(uriOf('"x <y>;\\" <z>" <sip:101@127.0.0.1>;tag=a')).toBe('sip:101@127.0.0.1');
  expect(uriOf('sip:101@127.0.0.1;tag=a')).toBe('sip:101@127.0.0.1');
});
