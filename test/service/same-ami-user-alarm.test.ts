import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { type AmiUser, SameAmiUserAlarm } from '../../src/service/same-ami-user-alarm.ts';
import { Arrivals } from '../helpers/arrivals.ts';

const SOURCE = join(import.meta.dirname, '../../src');
const urlOf = (file: string) => JSON.stringify(pathToFileURL(join(SOURCE, file)).href);

/** Another service: it claims the users that it is given, and writes what it logs. */
const OTHER = `
  const { SameAmiUserAlarm } = await import(${urlOf('service/same-ami-user-alarm.ts')});
  const { createLog } = await import(${urlOf('log.ts')});
  const claim = new SameAmiUserAlarm(createLog('info', 'json', [], (line) => process.stdout.write(line)));
  for (const user of JSON.parse(process.argv[1])) claim.use(user);
  process.stdin.resume().on('end', () => process.exit());
`;

const claims: SameAmiUserAlarm[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const claim of claims.splice(0)) await claim.stop();
  for (const child of children.splice(0)) await ended(child);
});

function claimant() {
  const lines = new Arrivals<{ msg: string; pid?: string }>();
  const claim = new SameAmiUserAlarm(createLog('debug', 'json', [], (line) => lines.add(JSON.parse(line))));
  claims.push(claim);
  return { claim, lines };
}

/** A claimant in a process of its own. */
function other(...users: AmiUser[]) {
  const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', OTHER, JSON.stringify(users)];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = new Arrivals<{ msg: string; pid?: string }>();
  child.stdout.on('data', (text: Buffer) => lines.add(JSON.parse(text.toString())));
  return { child, lines };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.stdin?.end();
  await once(child, 'exit');
}

const user = (username: string, host = '127.0.0.1') => ({ host, port: 5038, username: `${username}-${process.pid}` });

describe('two services as one AMI user', () => {
  it('are reported by the second, with the process of the first', async () => {
    const [first, free] = [claimant(), claimant()];
    first.claim.use(user('b'));
    free.claim.use(user('a'));
    const second = other(user('b', 'localhost'));
    await second.lines.count(1);
    expect(second.lines.all).toMatchObject([
      {
        pid: String(process.pid),
        msg: expect.stringMatching(
          /^ANOTHER call-events \(process \d+\) is connected to Asterisk localhost:5038 as b-\d+: EVERY REQUEST IS SENT TWICE/,
        ),
      },
    ]);
    expect([...first.lines.all, ...free.lines.all]).toEqual([]);
  });

  it('are no more once the first has stopped or become another user', async () => {
    const [first, second] = [claimant(), claimant()];
    first.claim.use(user('d'));
    await first.claim.stop();
    second.claim.use(user('d'));
    const third = other(user('d'));
    await third.lines.count(1);
    expect(second.lines.all).toEqual([]);
  });

  it('are not two feeds of one service, whose server has another name by now', async () => {
    const [before, now] = [claimant(), claimant()];
    before.claim.use(user('e'));
    now.claim.use(user('e'));
    await now.lines.count(1);
    expect(now.lines.all).toMatchObject([{ level: 20, msg: 'this AMI user is claimed by this process; tried again' }]);
    // It has not let go of it a moment later: both go on.
    await now.lines.count(2);
    expect(now.lines.all[1]).toMatchObject({
      level: 50,
      msg: expect.stringMatching(
        /^TWO servers of the configuration are Asterisk 127\.0\.0\.1:5038 as e-\d+: EVERY REQUEST/,
      ),
    });
  });
});
