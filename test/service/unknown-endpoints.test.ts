import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SkipReason } from '../../src/calls/skipped-event.ts';
import { createLog } from '../../src/log.ts';
import { ServiceEvents } from '../../src/service/service-events.ts';
import { UnknownEndpoints } from '../../src/service/unknown-endpoints.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function unknownEndpoints() {
  const lines: { level: number; endpoints: string[] }[] = [];
  const events = new ServiceEvents(() => undefined);
  const log = createLog('info', 'json', [], (line) => lines.push(JSON.parse(line)));
  const one = new UnknownEndpoints('east', events, log);
  one.start();
  const skip = (channel: string, server = 'east', reason: SkipReason = 'no extension') =>
    events.emit('skipped', { server, skipped: { expected: 'dial-in', reason, channel } });
  return { one, lines, skip };
}

describe('endpoints that no extension has', () => {
  it('are logged together, each once, of their own server only', () => {
    const { lines, skip } = unknownEndpoints();
    skip('PJSIP/201-00000001');
    skip('PJSIP/202-00000002');
    skip('PJSIP/201-00000003');
    skip('PJSIP/203-00000004', 'west');
    skip('PJSIP/204-00000005', 'east', 'joined');
    expect(lines).toEqual([]);
    jest.runAllTimers();
    expect(lines).toMatchObject([{ level: 30, endpoints: ['PJSIP/201', 'PJSIP/202'] }]);
    skip('PJSIP/202-00000006');
    skip('PJSIP/205-00000007');
    jest.runAllTimers();
    expect(lines.slice(1)).toMatchObject([{ endpoints: ['PJSIP/205'] }]);
  });

  it('are a hundred at most', () => {
    const { lines, skip } = unknownEndpoints();
    for (let number = 0; number < 200; number++) skip(`PJSIP/trunk${number}-00000001`);
    jest.runAllTimers();
    expect(lines[0]?.endpoints).toHaveLength(100);
    skip('PJSIP/trunk200-00000001');
    jest.runAllTimers();
    expect(lines).toHaveLength(1);
  });

  it('are not logged after the stop', () => {
    const { one, lines, skip } = unknownEndpoints();
    skip('PJSIP/201-00000001');
    one.stop();
    skip('PJSIP/202-00000002');
    jest.runAllTimers();
    expect(lines).toEqual([]);
  });
});
