import { describe, expect, it } from '@jest/globals';
import { ServiceEvents } from '../../src/service/service-events.ts';

const SUSPENDED = { ruleId: 'E', reason: '410 Gone' };

function events() {
  const errors: unknown[][] = [];
  const received: string[] = [];
  const one = new ServiceEvents((error, name) => errors.push([error, name]));
  const subscribe = (who: string) => one.on('ruleSuspended', ({ ruleId }) => received.push(`${who} ${ruleId}`));
  return { one, errors, received, subscribe };
}

describe('events of the service', () => {
  it('come to all that subscribed, in their order, and to nobody else', () => {
    const { one, received, subscribe } = events();
    one.on('deadLetter', ({ id }) => received.push(id));
    subscribe('log');
    subscribe('page');
    one.emit('ruleSuspended', SUSPENDED);
    expect(received).toEqual(['log E', 'page E']);
  });

  it('come to the others when one subscriber throws, which is reported', () => {
    const { one, errors, received, subscribe } = events();
    subscribe('log');
    const error = new Error('planted');
    one.on('ruleSuspended', () => {
      throw error;
    });
    subscribe('page');
    one.emit('ruleSuspended', SUSPENDED);
    one.emit('ruleSuspended', SUSPENDED);
    expect(received).toEqual(['log E', 'page E', 'log E', 'page E']);
    expect(errors).toEqual([
      [error, 'ruleSuspended'],
      [error, 'ruleSuspended'],
    ]);
  });

  it('come no more after the end of a subscription, also one that ends during an event', () => {
    const { one, received, subscribe } = events();
    const end = subscribe('log');
    const endOnce = one.on('ruleSuspended', () => {
      received.push('once');
      endOnce();
    });
    subscribe('page');
    one.emit('ruleSuspended', SUSPENDED);
    end();
    end();
    one.emit('ruleSuspended', SUSPENDED);
    expect(received).toEqual(['log E', 'once', 'page E', 'page E']);
  });

  it('come twice to a function that subscribed twice, and each subscription ends by itself', () => {
    const { one, received } = events();
    const subscriber = ({ ruleId }: { ruleId: string }) => void received.push(ruleId);
    const end = one.on('ruleSuspended', subscriber);
    one.on('ruleSuspended', subscriber);
    one.emit('ruleSuspended', SUSPENDED);
    end();
    one.emit('ruleSuspended', SUSPENDED);
    expect(received).toEqual(['E', 'E', 'E']);
  });
});
