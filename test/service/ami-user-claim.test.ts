import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { AmiUserClaim } from '../../src/service/ami-user-claim.ts';
import { Arrivals } from '../helpers/arrivals.ts';

const claims: AmiUserClaim[] = [];
afterEach(async () => {
  for (const claim of claims.splice(0)) await claim.stop();
});

function claimant() {
  const lines = new Arrivals<{ msg: string }>();
  const claim = new AmiUserClaim(createLog('info', 'json', [], (line) => lines.add(JSON.parse(line))));
  claims.push(claim);
  return { claim, lines };
}

const user = (username: string, host = '127.0.0.1') => ({ host, port: 5038, username: `${username}-${process.pid}` });

describe('two services as one AMI user', () => {
  it('are reported by the second, with the process of the first', async () => {
    const [first, second, third] = [claimant(), claimant(), claimant()];
    first.claim.use(user('a'));
    second.claim.use(user('b'));
    third.claim.use(user('b', 'localhost'));
    await third.lines.count(1);
    expect(third.lines.all).toMatchObject([
      {
        pid: String(process.pid),
        msg: expect.stringMatching(
          /^ANOTHER call-events \(process \d+\) is connected to Asterisk localhost:5038 as b-\d+: EVERY REQUEST IS SENT TWICE/,
        ),
      },
    ]);
    expect([...first.lines.all, ...second.lines.all]).toEqual([]);
  });

  it('are no more once the first has stopped or become another user', async () => {
    const [first, second, third] = [claimant(), claimant(), claimant()];
    first.claim.use(user('d'));
    await first.claim.stop();
    second.claim.use(user('d'));
    third.claim.use(user('d'));
    await third.lines.count(1);
    expect(second.lines.all).toEqual([]);
  });
});
