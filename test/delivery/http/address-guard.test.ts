import { describe, expect, it } from '@jest/globals';
import { AddressGuard } from '../../../src/delivery/http/address-guard.ts';

describe('where requests may go', () => {
  const guard = new AddressGuard({
    allow: ['169.254.7.7'],
    deny: ['10.1.0.0/16', '::ffff:172.16.0.0/108', '::ffff:192.0.2.1'],
  });
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
    'http://168.63.129.16/',
    'http://[fd20:ce::254]/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::ffff:0.0.0.0]/',
    'http://[::169.254.169.254]/',
    'http://[::ffff:0:169.254.169.254]/',
    'http://[64:ff9b:1:a9fe:a9:fe00::]/',
    'http://[64:ff9b:1:a9:fe:a9fe::]/',
    'http://[64:ff9b:1:0:a9:fea9:fe00:0]/',
    'http://[64:ff9b:1::169.254.169.254]/',
    'http://[2001:0:4136:e378:8000:63bf:5601:5601]/',
    'http://172.16.0.1/',
    'http://[::ffff:192.0.2.1]/',
  ])('not to %s', (url) => {
    expect(() => guard.checkLiteral(new URL(url))).toThrow('are refused');
  });
  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://192.168.1.1/',
    'http://10.2.0.1/',
    'http://169.254.7.7/',
    'http://[::ffff:169.254.7.7]/',
    'http://[2001:db8::1]/',
    'http://[64:ff9b:1::192.168.1.1]/',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://172.32.0.1/',
    'http://crm.example.com/',
  ])('to %s', (url) => {
    expect(() => guard.checkLiteral(new URL(url))).not.toThrow();
  });
  it('not to a name that leads there', async () => {
    const loopless = new AddressGuard({ allow: [], deny: ['127.0.0.0/8', '::1/128'] });
    for (const url of ['http://[::]/', 'http://0.0.0.0/', 'http://[::127.0.0.1]/', 'http://[::1]/'])
      expect(() => loopless.checkLiteral(new URL(url))).toThrow('are refused');
    const error = await new Promise((resolve) => loopless.lookup('localhost', {}, resolve));
    expect(String(error)).toContain('requests to localhost (');
  });
});
