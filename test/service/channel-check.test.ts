import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { blocksOf, headersOf } from '../helpers/living-channels.ts';
import { type RunningService, startService } from '../helpers/running-service.ts';

let running: RunningService;
afterEach(() => running.stop());

/** A service that asks for the list of channels every second. */
async function started() {
  running = await startService(
    (url) => `  "101":\n    events: [{ on: hangup, url: "${url}" }]`,
    'metrics: { enabled: true, port: 0 }',
  );
  const { configFile, service } = running;
  const text = readFileSync(configFile, 'utf8').replace('secret: geheim', 'secret: geheim, listInterval: 1s');
  writeFileSync(configFile, text);
  await service.reload();
  await running.asterisk.actions.count(2, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
  return running;
}

const fields = (prefix: string, name: string, n: number, state: number) =>
  Object.entries({
    Channel: `PJSIP/${name}-0000000${n}`,
    ChannelState: state,
    Exten: '102',
    Uniqueid: `1.${n}`,
    Linkedid: '1.1',
  })
    .map(([key, value]) => `${prefix}${key}: ${value}\r\n`)
    .join('');
const block = (event: string, ...rest: string[]) =>
  `Event: ${event}\r\nPrivilege: call,all\r\nTimestamp: ${Date.now() / 1000}\r\n${rest.join('')}\r\n`;
type Shown = [name: string, n: number, state: number];
const CALLER: Shown = ['101', 1, 4];
const PHONE: Shown = ['102', 2, 0];
const newchannel = (...one: Shown) => block('Newchannel', fields('', ...one));

/** Something happens, and no event says so. */
function withhold(text: string): void {
  for (const one of blocksOf(text)) running.asterisk.channels.note(headersOf(one));
}

const metric = async (name: string) => {
  const text = await (await fetch(`${running.service.metricsUrl}/metrics`)).text();
  return new RegExp(`^call_events_${name} .*$`, 'm').exec(text)?.[0];
};
const readyz = async () => (await fetch(`${running.service.metricsUrl}/readyz`)).json();

describe('what no event says, and the list of channels does', () => {
  it('a channel that nothing has shown is named in log, /readyz and a metric, until events show it', async () => {
    const { asterisk, log } = await started();
    withhold(newchannel(...CALLER));
    const problem = /Asterisk lists channels that no event has shown \(PJSIP\/101-00000001\): .*read lacks "call"/;
    const [line] = (await log.until((all) => all.some(({ msg }) => problem.test(String(msg))))).slice(-1);
    expect(line).toMatchObject({ level: 50, channels: ['PJSIP/101-00000001'] });
    expect(await readyz()).toEqual({ ready: true, problems: [expect.stringMatching(problem)] });
    expect(await metric('channels_unseen')).toBe('call_events_channels_unseen 1');
    asterisk.play(newchannel(...CALLER));
    while ((await metric('channels_unseen')) !== 'call_events_channels_unseen 0')
      await asterisk.actions.count(1 + asterisk.actions.all.length);
    expect(await readyz()).toEqual({ ready: true, problems: [] });
    expect(log.all.filter(({ msg }) => problem.test(String(msg)))).toHaveLength(1);
  });

  it('a Hangup that never came ends its legs', async () => {
    const { asterisk, receiver, log } = await started();
    asterisk.play(newchannel(...CALLER) + newchannel(...PHONE));
    asterisk.play(block('DialBegin', fields('', ...CALLER), fields('Dest', ...PHONE)));
    withhold(block('Hangup', fields('', ...CALLER)) + block('Hangup', fields('', ...PHONE)));
    const [request] = await receiver.requests.count(1);
    expect(request?.params).toMatchObject({ CallID: '1.1', CallFlow: 'OUT', CallStatus: 'UNKNOWN' });
    expect(log.all.map(({ msg }) => msg)).toContainEqual(
      expect.stringMatching(/^2 channels have ended without a Hangup that was seen/),
    );
    expect(await metric('missed_hangups_total')).toBe('call_events_missed_hangups_total 2');
  });
});
