import { describe, expect, it } from '@jest/globals';
import { AddressGuard } from '../../../src/delivery/http/address-guard.ts';

describe('where requests may go', () => {
  const guard = new AddressGuard({ allow: ['169.254.7.7'], deny: ['10.1.0.0/16'] });
  it.each([
    'http://169.254.169.254/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.1.1]/',
    'http://2852039166/',
    'http://0251.0376.0251.0376/',
    'http://0xa9fea9fe/',
    'http://169.254.169.254./',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://100.100.100.200/',
    'http://10.1.2.3/',
  ])('not to %s', (url) => {
    expect(() => guard.checkLiteral(new URL(url))).toThrow('are refused');
  });
  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://192.168.1.1/',
    'http://10.2.0.1/',
    'http://169.254.7.7/',
    'http://crm.example.com/',
  ])('to %s', (url) => {
    expect(() => guard.checkLiteral(new URL(url))).not.toThrow();
  });
  it('not to a name that leads there', async () => {
    const loopless = new AddressGuard({ allow: [], deny: ['127.0.0.0/8', '::1/128'] });
    const error = await new Promise((resolve) => loopless.lookup('localhost', {}, resolve));
    expect(String(error)).toContain('requests to localhost (');
  });
});
