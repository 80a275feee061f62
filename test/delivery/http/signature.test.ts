import { expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { signatureHeaders } from '../../../src/delivery/http/signature.ts';

it('a signature is what receivers check, with the new secret and the old one', () => {
  const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
  const now = Date.now();
  const headers = { 'webhook-id': 'msg_1', ...signatureHeaders('msg_1', 'a=1', secrets, now) };
  for (const secret of secrets) expect(() => new Webhook(secret).verify('a=1', headers)).not.toThrow(/signature/i);
  expect(() => new Webhook(secrets[0] ?? '').verify('a=2', headers)).toThrow();
});
