import { createServer } from 'node:https';
import { afterEach, expect, it } from '@jest/globals';
import { AddressGuard } from '../../src/delivery/http/address-guard.ts';
import type { ReceiverTls } from '../../src/delivery/http/agents.ts';
import { HttpProxy } from '../../src/delivery/http/proxy.ts';
import { probeTarget } from '../../src/doctor/probe-target.ts';
import { ConnectProxy } from '../helpers/connect-proxy.ts';
import { AUTHORITY, HOUSE_CERTIFICATE, HOUSE_KEY } from '../helpers/house-authority.ts';
import { Peers } from '../helpers/peers.ts';

const peers = new Peers();
afterEach(() => peers.close());

const guard = new AddressGuard({ allow: [], deny: [] }, async () => [{ address: '127.0.0.1', family: 4 }]);
const probe = (url: string, tls?: ReceiverTls, proxy?: HttpProxy) =>
  probeTarget(new URL(url), { guard, timeoutMs: 5000, tls, proxy });

async function receiver(): Promise<number> {
  const server = createServer({ cert: HOUSE_CERTIFICATE, key: HOUSE_KEY });
  server.on('tlsClientError', () => undefined);
  return Number(new URL(await peers.listening(server)).port);
}

it('trusts a receiver as the service does', async () => {
  const url = `https://crm.house.test:${await receiver()}`;
  expect(await probe(url)).toMatchObject({ outcome: 'failed', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  expect(await probe(url, { ca: AUTHORITY })).toMatchObject({ outcome: 'reached' });
  expect(await probe(url, { rejectUnauthorized: false })).toMatchObject({ outcome: 'reached' });
});

it('goes through the proxy as the service does, and says what that has against it', async () => {
  const peer = new ConnectProxy(await receiver());
  const url = await peers.listening(peer.server);
  const proxy = new HttpProxy({ url, no: [] }, guard.lookupProxy);
  expect(await probe('https://crm.house.test', { ca: AUTHORITY }, proxy)).toMatchObject({ outcome: 'reached' });
  expect(await probe('https://crm.house.test', undefined, proxy)).toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
  expect(peer.asked).toEqual(['CONNECT crm.house.test:443', 'CONNECT crm.house.test:443']);
  peer.refusesWith = 407;
  expect(await probe('https://crm.house.test', undefined, proxy)).toMatchObject({ code: 'PROXY_LOGIN' });
  peer.close();
});
