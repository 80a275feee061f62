import { expect, it } from '@jest/globals';
import { Extensions } from '../../../src/config/directory/extensions.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { ServiceEvents } from '../../../src/service/service-events.ts';
import { UnknownChannels } from '../../../src/web/activity/unknown-channels.ts';

const configured = (extensions: string) => () =>
  new Extensions(parseConfig(`extensions: ${extensions}`, 'config.yaml', { require: 'extensions' }));

it('channels of no extension are counted by call, until they are an extension', () => {
  const channels = new UnknownChannels(() => 5);
  const events = new ServiceEvents(() => undefined);
  const end = channels.follow(events);
  const skip = (channel: string, callId?: string, reason: 'no extension' | 'joined' = 'no extension') =>
    events.emit('skipped', {
      server: '',
      skipped: { expected: 'dial-in', reason, channel, ...(callId !== undefined && { callId }) },
    });
  skip('PJSIP/trunk-00000001', '1.1');
  skip('PJSIP/desk7-00000002', '1.1');
  skip('PJSIP/desk7-00000003', '1.1');
  skip('PJSIP/desk7-00000004', '2.1');
  skip('PJSIP/101-00000004', '2.1', 'joined');
  const list = channels.list(configured('{"101": {}}'));
  expect(list).toEqual([
    { server: '', endpoint: 'PJSIP/desk7', calls: 2, lastCallId: '2.1', lastAt: 5 },
    { server: '', endpoint: 'PJSIP/trunk', calls: 1, lastCallId: '1.1', lastAt: 5 },
  ]);
  expect(channels.list(configured('{"101": {channels: [PJSIP/desk7]}}'))).toMatchObject([{ endpoint: 'PJSIP/trunk' }]);
  end();
  skip('PJSIP/late-00000001');
  expect(channels.list(configured('{"101": {}}'))).toHaveLength(2);
});
