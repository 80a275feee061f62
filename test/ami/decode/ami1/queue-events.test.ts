import { expect, it } from '@jest/globals';
import { replayBytes } from '../../../../src/ami/replay.ts';
import { directoryOf } from '../../../helpers/directory.ts';
import { replayed } from '../../../helpers/replay-events.ts';
import { OldAsterisk, type OldChannel } from './old-asterisk.ts';

const DIRECTORY = {
  ...directoryOf({ '101': { channels: ['SIP/101'] } }),
  ofQueue: (queue: string) => (queue === 'support' ? { name: '600' } : undefined),
  hasQueues: true,
};

/** What the queue's extension is sent. */
function ofQueue({ log }: OldAsterisk): string[] {
  const { events, tracker } = replayed(replayBytes(log), DIRECTORY);
  expect([...tracker.openLegs()]).toEqual([]);
  return events
    .filter(({ leg }) => leg.extension === '600')
    .map(({ event, params: { CallerIDNum, CalledNumber, CallStatus } }) =>
      [event, CallerIDNum, CalledNumber, CallStatus].join(' '),
    );
}

function waits(pbx: OldAsterisk): OldChannel {
  const caller = pbx.channel('SIP/trunk-00000001', '18005550100', '0612345678');
  pbx.send('Join', { Channel: caller.name, CallerIDNum: caller.number, Queue: 'support', Uniqueid: caller.uniqueid });
  return caller;
}

function leaves(pbx: OldAsterisk, caller: OldChannel): void {
  pbx.send('Leave', { Channel: caller.name, Queue: 'support', Count: '0', Uniqueid: caller.uniqueid });
}

it('a caller waits in a queue, and an agent is connected', () => {
  const pbx = new OldAsterisk();
  const caller = waits(pbx);
  const agent = pbx.channel('SIP/101-00000002');
  pbx.dial(caller, agent);
  pbx.state(agent, 6);
  leaves(pbx, caller);
  pbx.send('AgentConnect', { Queue: 'support', Uniqueid: caller.uniqueid, Channel: agent.name, Member: 'SIP/101' });
  pbx.link(caller, agent);
  pbx.unlink(caller, agent);
  pbx.send('AgentComplete', { Queue: 'support', Uniqueid: caller.uniqueid, Channel: agent.name, Reason: 'agent' });
  pbx.hangup(agent);
  pbx.hangup(caller);
  expect(ofQueue(pbx)).toEqual([
    'dial-in 0612345678 18005550100 CALLING',
    'answer-in 0612345678 18005550100 ANSWER',
    'hangup 0612345678 18005550100 ANSWER',
  ]);
});

it('where queues report no agents (eventwhencalled), the link of the two is the answer', () => {
  const pbx = new OldAsterisk();
  const caller = waits(pbx);
  const agent = pbx.channel('SIP/101-00000002');
  pbx.dial(caller, agent);
  pbx.state(agent, 6);
  leaves(pbx, caller);
  pbx.link(caller, agent);
  pbx.unlink(caller, agent);
  pbx.hangup(agent);
  pbx.hangup(caller);
  expect(ofQueue(pbx).map((line) => line.split(' ').at(0))).toEqual(['dial-in', 'answer-in', 'hangup']);
});

it('a caller gives up', () => {
  const pbx = new OldAsterisk();
  const caller = waits(pbx);
  pbx.send('QueueCallerAbandon', { Queue: 'support', Uniqueid: caller.uniqueid, HoldTime: '3' });
  leaves(pbx, caller);
  pbx.hangup(caller);
  expect(ofQueue(pbx)).toEqual([
    'dial-in 0612345678 18005550100 CALLING',
    'hangup 0612345678 18005550100 UNKNOWN',
    'missed 0612345678 18005550100 UNKNOWN',
  ]);
});
