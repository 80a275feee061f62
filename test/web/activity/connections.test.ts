import { expect, it } from '@jest/globals';
import { ServiceEvents } from '../../../src/service/service-events.ts';
import { Connections } from '../../../src/web/activity/connections.ts';

it('a connection is known with since when it is there, and its last gap', () => {
  let now = 1000;
  const connections = new Connections([{ server: 'old', state: 'ready', connected: true }], () => now);
  const events = new ServiceEvents(() => undefined);
  const end = connections.follow(events);
  events.emit('feedState', { server: 'old', state: 'synchronising' });
  expect(connections.of('old')).toMatchObject({ since: undefined, lastGap: undefined });
  events.emit('feedState', { server: 'new', state: 'connecting' });
  now = 2000;
  events.emit('feedState', { server: 'new', state: 'synchronising' });
  events.emit('gap', { server: 'new', gap: { since: 500, length: 1500, reason: 'lost' } });
  now = 3000;
  events.emit('feedState', { server: 'new', state: 'ready' });
  expect(connections.of('new')).toMatchObject({ since: 2000, lastGap: { length: 1500, until: 2000, reason: 'lost' } });
  end();
  events.emit('feedState', { server: 'new', state: 'waiting' });
  expect(connections.of('new')).toMatchObject({ since: 2000 });
});
