import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { signatureHeaders } from '../../../src/delivery/http/signature.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/deliveries.md'), 'utf8');
const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];

type IsGenuine = (secret: string, headers: Record<string, string>, body: string) => boolean;

/** The example for Node, as an integrator copies it. */
async function copied(): Promise<IsGenuine> {
  const block = /Node, without a library:\n\n((?: {4}.*\n|\n)+)/.exec(PAGE)?.[1] ?? '';
  const file = join(mkdtempSync(join(tmpdir(), 'call-events-signature-')), 'example.mjs');
  writeFileSync(file, block.replaceAll(/^ {4}/gm, ''));
  return (await import(file)).isGenuine as IsGenuine;
}

it('the documented example takes what the service signs, with either secret, and nothing else', async () => {
  const isGenuine = await copied();
  const sent = (body: string, at: number) => ({
    'webhook-id': 'msg_1',
    ...signatureHeaders('msg_1', body, SECRETS, at),
  });
  for (const body of ['CallID=1.1', '', '{"CallerIDNam":"Jürgen"}'])
    for (const secret of SECRETS) expect(isGenuine(secret, sent(body, Date.now()), body)).toBe(true);
  const headers = sent('CallID=1.1', Date.now());
  expect(isGenuine(SECRETS[0] ?? '', headers, 'CallID=1.2')).toBe(false);
  expect(isGenuine(SECRETS[0] ?? '', { ...headers, 'webhook-id': 'msg_2' }, 'CallID=1.1')).toBe(false);
  expect(isGenuine('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', headers, 'CallID=1.1')).toBe(false);
  expect(isGenuine(SECRETS[0] ?? '', sent('CallID=1.1', Date.now() - 600_000), 'CallID=1.1')).toBe(false);
});
