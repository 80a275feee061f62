import type { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import createManager from 'asterisk-manager';
import axios from 'axios';
import { pacedReport } from '../harness/paced.ts';
import { Peer } from '../harness/peer.ts';
import { parameters } from '../harness/report.ts';

/**
 * What one would write in an afternoon: asterisk-manager and axios, no state, no disk, no retries, no order. It sends
 * the same four requests a call.
 */
const pbx = await Peer.start('pbx-and-crm', parameters<object>());
const url = `http://127.0.0.1:${pbx.ready.receiverPort}`;
const client = axios.create({ httpAgent: new Agent({ keepAlive: true }), maxRedirects: 0, proxy: false });
const manager = createManager(null, '127.0.0.1', 'bench', 'bench', true);
await new Promise<void>((resolve) => manager.connect({ port: pbx.ready.port, host: '127.0.0.1' }, undefined, resolve));
await new Promise<void>((resolve) => manager.login(() => resolve()));

const extensionOf = (channel = '') => /^PJSIP\/(.*)-[0-9a-f]{8}$/.exec(channel)?.[1];
const answered = new Set<string>();
(manager as unknown as EventEmitter).on('managerevent', (event: Record<string, string>) => {
  if (event.event === 'DialBegin') {
    const params = {
      CallID: event.linkedid,
      CallerIDNum: event.calleridnum,
      CallerIDNam: event.calleridname,
      CallerExtension: extensionOf(event.channel),
      CalledExtension: extensionOf(event.destchannel),
      CalledNumber: event.exten,
      CallStatus: 'CALLING',
    };
    send('GET', '/dial-out', { ...params, CallFlow: 'OUT' });
    send('GET', '/dial-in', { ...params, CallFlow: 'IN' });
  } else if (event.event === 'DialEnd' && event.dialstatus === 'ANSWER') answered.add(event.linkedid ?? '');
  else if (event.event === 'Hangup')
    send('POST', '/hangup', {
      CallID: event.linkedid,
      CalledExtension: extensionOf(event.channel),
      CallStatus: answered.has(event.linkedid ?? '') ? 'ANSWER' : 'UNKNOWN',
    });
});

function send(method: 'GET' | 'POST', path: string, params: Record<string, string | undefined>): void {
  const request =
    method === 'GET' ? { params } : { data: new URLSearchParams(JSON.parse(JSON.stringify(params))).toString() };
  client.request({ method, url: url + path, ...request }).catch((error: unknown) => console.error(error));
}

await pacedReport(pbx, () => undefined);
