import { expect, it } from '@jest/globals';
import type { AmiEvent, ListedChannel } from '../../src/ami/events.ts';
import { directoryOf } from '../helpers/directory.ts';
import { replayed } from '../helpers/replayed.ts';

const DIRECTORY = directoryOf({ '101': { channels: ['PJSIP/101'] }, '102': { channels: ['PJSIP/102'] } });

function listed(number: string, of: Partial<ListedChannel>): ListedChannel {
  return {
    channel: `PJSIP/${number}-00000001`,
    uniqueid: `1700000000.${number}`,
    linkedid: '1700000000.101',
    state: 4,
    callerIdNum: number,
    callerIdName: '',
    connectedLineNum: '',
    connectedLineName: '',
    context: 'phones',
    exten: '',
    application: 'Dial',
    applicationData: '',
    bridge: '',
    ...of,
  };
}

const CALLER = listed('101', { exten: '102' });
const CALLED = listed('102', { state: 5, application: 'AppDial', connectedLineNum: '101' });

it('opens both legs of a call that began in a gap, the caller first, whatever the order of the list', () => {
  for (const channels of [
    [CALLER, CALLED],
    [CALLED, CALLER],
  ]) {
    const asked: AmiEvent[] = [{ event: 'ChannelsAsked' }, { event: 'Channels', channels }];
    const { events } = replayed(asked, DIRECTORY);
    expect(events.map(({ event, params }) => [event, params.CallerIDNum, params.CalledNumber])).toEqual([
      ['dial-out', '101', '102'],
      ['dial-in', '101', '102'],
    ]);
  }
});

it('opens none for a call that is up', () => {
  const channels = [CALLER, CALLED].map((channel) => ({ ...channel, state: 6, bridge: 'b1' }));
  const asked: AmiEvent[] = [{ event: 'ChannelsAsked' }, { event: 'Channels', channels }];
  expect(replayed(asked, DIRECTORY).events).toEqual([]);
});
