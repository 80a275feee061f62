import { expect, it } from '@jest/globals';
import { fixtureText } from '../helpers/fixture-log.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';
import { replayRun } from './replay-run.ts';

const { path, write } = temporaryDirectory();
const CONFIG = `asterisk: {username: callevents, secret: geheim}
parameters: [EventTime]
extensions:
  "102": {events: [{on: dial-in, url: "http://127.0.0.1:9/"}, {on: hangup, url: "http://127.0.0.1:9/"}]}
`;

/** Class `dialplan`, which the user of the log may read and the service's may not. */
const didOf = (uniqueid: string) => [
  'Event: VarSet',
  'Privilege: dialplan,all',
  'Variable: FROM_DID',
  'Value: 5550100',
  `Uniqueid: ${uniqueid}`,
  '',
  '',
];

it('replays a run as the service’s user would have seen it', () => {
  const log = fixtureText('inbound-at-s');
  const [first = ''] = log.split('\r\n\r\n');
  const uniqueid = /\nUniqueid: (\S+)/.exec(first)?.[1] ?? '';
  write('config.yaml', CONFIG);
  write('all.ami.log', log.replace('\r\n\r\n', `\r\n\r\n${didOf(uniqueid).join('\r\n')}`));
  expect(replayRun(path)).toMatchObject([
    { event: 'dial-in', extension: '102', marks: ['102'], params: { CalledDID: '102', CallStatus: 'CALLING' } },
    { event: 'hangup', extension: '102', marks: ['102'], params: { CalledDID: '102', CallStatus: 'ANSWER' } },
  ]);
});
