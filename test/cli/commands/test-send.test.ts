// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../../src/cli/program.ts';
import type { Delivery } from '../../../src/delivery/delivery.ts';
import { openOutbox } from '../../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { captureIo } from '../../helpers/captured-io.ts';
import { callEvent, delivery } from '../../helpers/delivery.ts';
import { type Receiver, startReceiver } from '../../helpers/receiver.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const directory = temporaryDirectory();

/** An outbox with these in it. */
async function withOutbox(path: string, deliveries: Delivery[]): Promise<void> {
  const throws = ({ error }: { error: Error }) => {
    throw error;
  };
  const outbox = new Outbox(
    openOutbox(path, () => undefined),
    { trouble: throws, recovered: () => undefined },
  );
  outbox.write({ deliveries });
  outbox.flush();
  outbox.close();
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

async function testSend(argv: string[], extensions: (url: string) => string) {
  const config = directory.write('config.yaml', `extensions:\n${extensions(receiver.url)}\n`);
  const captured = captureIo({ env: { TOKEN: 's3cret-token' } });
  const code = await runProgram(['test-send', ...argv, '--config', config], captured.io);
  return { code, stdout: captured.stdout(), stderr: captured.stderr().replaceAll(directory.path, '') };
}

const rules = (...all: string[]) => `{did: "+1800", events: [${all.map((rule) => `{${rule}}`).join(', ')}]}`;

describe('test-send', () => {
  it('sends a sample of each rule, and shows request and answer', async () => {
    const { code, stdout, stderr } = await testSend(
      ['101', 'dial-in'],
      (url) =>
        `  "101": ${rules(`on: dial-in, id: A, notes: Screen pop, url: "${url}/get?k=%20"`, `on: dial-in, id: B, method: POST, body: json, url: "${url}/post"`)}`,
    );
    expect([code, stderr]).toEqual([0, '']);
    const [get, post] = receiver.requests.all;
    expect([get?.method, get?.path, get?.params]).toEqual([
      'GET',
      '/get',
      {
        k: ' ',
        CallID: expect.stringMatching(/^test-\d+$/),
        CallerIDNum: '+31612345678',
        CallerIDNam: 'Test call',
        CalledExtension: '101',
        CalledNumber: '+1800',
        CalledDID: '+1800',
        CallFlow: 'IN',
        CallStatus: 'CALLING',
      },
    ]);
    expect(JSON.parse(post?.body ?? '')).toMatchObject({ CalledExtension: '101', CallStatus: 'CALLING' });
    expect([get, post].map((one) => one?.headers['x-event-id'])).toEqual(['A', 'B']);
    expect(stdout).toMatch(
      /^rule A \(Screen pop\): 101 dial-in, \+31612345678 → 101\n> GET http:\/\/127\.0\.0\.1:\d+\/get\?k=%20&CallID=test-/,
    );
    expect(stdout).toContain(`> webhook-id: ${get?.headers['webhook-id']}\n`);
    expect(stdout).toMatch(/< HTTP 200 in \d+ ms\n< said the receiver\n\nrule B: .*\n> POST/);
  });

  it('tries a rule whose condition the sample does not meet, and says so; and one that accepts the answer', async () => {
    receiver.status = 302;
    const { code, stderr } = await testSend(
      ['101', 'hangup'],
      (url) => `  "101": ${rules(`on: hangup, id: A, accept: [302], when: {CallStatus: UNKNOWN}, url: "${url}"`)}`,
    );
    expect([code, stderr, receiver.requests.all.length]).toEqual([
      0,
      'rule A is tried, though it would not send this: CallStatus is ANSWER, not UNKNOWN\n',
      1,
    ]);
  });

  it('knows extensions by their pattern, and events in any case', async () => {
    const { code } = await testSend(['150', 'Dial-Out'], (url) => `  _1XX: ${rules(`on: dial-out, url: "${url}"`)}`);
    expect([code, receiver.requests.all[0]?.params]).toEqual([
      0,
      expect.objectContaining({ CallerExtension: '150', CallFlow: 'OUT' }),
    ]);
  });

  describe('of several servers', () => {
    const servers = (url: string) => {
      const own = (id: string) => `{ "101": { events: [{ on: dial-in, id: ${id}, url: "${url}/${id}" }] } }`;
      return `  "100": { events: [{ on: dial-in, id: all, url: "${url}/all" }] }
asterisk:
  - { name: east, host: a.example, username: u, secret: s, extensions: ${own('of-east')} }
  - { name: west, host: b.example, username: u, secret: s, extensions: ${own('of-west').replace('"101"', '"102"')} }
  - { name: north, host: c.example, username: u, secret: s, extensions: ${own('of-north')} }`;
    };

    it('finds the extension on the only server that has it, or on the one that is named', async () => {
      expect(await testSend(['102', 'dial-in'], servers)).toMatchObject({ code: 0, stderr: '' });
      expect(await testSend(['101', 'dial-in', '--server', 'north'], servers)).toMatchObject({ code: 0, stderr: '' });
      expect(await testSend(['100', 'dial-in'], servers)).toMatchObject({ code: 0, stderr: '' });
      expect(receiver.requests.all.map(({ path, params }) => [path, params.Asterisk])).toEqual([
        ['/of-west', 'west'],
        ['/of-north', 'north'],
        ['/all', undefined],
      ]);
    });

    it('sends nothing where it is not clear which server is meant', async () => {
      expect(await testSend(['101', 'dial-in'], servers)).toMatchObject({
        code: 1,
        stderr: 'east and north have an extension 101 each: say which one is meant, with --server NAME\n',
      });
      expect((await testSend(['102', 'dial-in', '--server', 'north'], servers)).stderr).toBe(
        'north in /config.yaml has no extension 102, and no pattern that matches it. It has: 100, 101\n',
      );
      expect(receiver.requests.all).toEqual([]);
    });
  });

  it('tries a call that was not answered, and whatever the extension has rules for', async () => {
    const extensions = (url: string) =>
      `  "101": ${rules(`on: hangup, url: "${url}/end", params: {t: "{Duration}/{TalkTime}/{DialStatus}"}`, `on: dial-in, url: "${url}/ring"`, `on: missed, url: "${url}/missed"`)}`;
    expect(await testSend(['101', '--unanswered'], extensions)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('101 hangup, +31612345678 → 101, not answered here\n'),
    });
    expect(receiver.requests.all[0]?.params).toMatchObject({ CallStatus: 'UNKNOWN', t: '20/0/NOANSWER' });
    expect(await testSend(['101', '--all'], extensions)).toMatchObject({ code: 0, stderr: '' });
    expect(receiver.requests.all.slice(1).map(({ path }) => path)).toEqual(['/ring', '/end', '/missed']);
    expect(receiver.requests.all[2]?.params).toMatchObject({ CallStatus: 'ANSWER', t: '95/83/ANSWER' });
  });

  it('takes the values of a real call from the outbox', async () => {
    const outbox = directory.write('outbox.db', '');
    const extensions = (url: string) => `  "101": ${rules(`on: hangup, id: A, url: "${url}"`)}\noutbox: ${outbox}`;
    const real = { ...callEvent, params: { ...callEvent.params, CallID: '1700000000.7', CallerIDNum: '+3212345' } };
    await withOutbox(outbox, [delivery('msg_1', { callId: '1700000000.7', callEvent: real })]);
    expect(await testSend(['101', 'hangup', '--like', '1700000000.7'], extensions)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await testSend(['101', '--unanswered', '--like', 'last'], extensions)).toMatchObject({
      code: 0,
      stderr: '',
    });
    const sent = receiver.requests.all.map(({ params: { CallID, CallerIDNum, CallStatus } }) => [
      CallID,
      CallerIDNum,
      CallStatus,
    ]);
    expect(sent).toEqual([
      ['1700000000.7', '+3212345', 'ANSWER'],
      ['1700000000.7', '+3212345', 'UNKNOWN'],
    ]);
    const none = await testSend(['101', 'hangup', '--like', '9'], extensions);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('has nothing of the call 9') });
  });

  it('looks for a real call in the shared queue where there is one: the outbox no longer has its deliveries', async () => {
    const outbox = directory.write('moved.db', '');
    await withOutbox(outbox, [delivery('msg_1', { callId: '1700000000.7', callEvent })]);
    const queue = 'postgres://nobody@127.0.0.1:1/calls';
    const { code, stderr } = await testSend(
      ['101', 'hangup', '--like', '1700000000.7'],
      (url) => `  "101": ${rules(`on: hangup, id: A, url: "${url}"`)}\noutbox: ${outbox}\nqueue: ${queue}`,
    );
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^the shared queue cannot be opened: .*ECONNREFUSED/)]);
  });

  it('says what the answer means for the rule, and what the service would do', async () => {
    receiver.status = 405;
    const { stdout } = await testSend(['101', 'hangup'], (url) => `  "101": ${rules(`on: hangup, url: "${url}"`)}`);
    expect(stdout).toMatch(
      /\n {2}The receiver does not want GET: give the rule `method: POST`\n {2}The service: once more, then a dead letter\n/,
    );
  });

  it.each([[['101', '--missed']], [['101', 'missed']]])('tries a missed call: %j', async (args) => {
    const { code } = await testSend(args, (url) => `  "101": ${rules(`on: missed, url: "${url}"`)}`);
    expect([code, receiver.requests.all[0]?.params]).toEqual([
      0,
      expect.objectContaining({ CalledExtension: '101', CallFlow: 'IN', CallStatus: 'UNKNOWN' }),
    ]);
  });

  it('shows no secret', async () => {
    const { stdout } = await testSend(
      ['101', 'hangup'],
      (url) =>
        `  "101": ${rules(`on: hangup, url: "${url}/\${env:TOKEN}?token=abcdef", params: {key: "\${env:TOKEN}"}, headers: {Authorization: Bearer in-clear, X-Key: "\${env:TOKEN}"}`)}`,
    );
    expect(receiver.requests.all[0]).toMatchObject({
      path: '/s3cret-token',
      params: { token: 'abcdef', key: 's3cret-token' },
      headers: { authorization: 'Bearer in-clear', 'x-key': 's3cret-token' },
    });
    expect(stdout).not.toMatch(/s3cret|abcdef|in-clear/);
  });

  it('shows no secret that the receiver repeats, in whatever form', async () => {
    receiver.answer = ({ headers, params }) =>
      JSON.stringify({
        headers,
        params,
        text: `you are crm with pa%24%24word-1, ${params.apikey}, and s3cret%2dtoken`,
      });
    const { code, stdout } = await testSend(
      ['101', 'hangup'],
      (url) =>
        `  "101": ${rules(`on: hangup, method: POST, url: "${url.replace('//', '//crm:pa%24%24word-1@')}/?x=\${env:TOKEN}", params: {apikey: literal-key-1, token: literal}, headers: {X-Api-Key: another-key-1}`)}`,
    );
    expect(code).toBe(0);
    expect(receiver.requests.all[0]?.headers.authorization).toBe(`Basic ${btoa('crm:pa$$word-1')}`);
    expect(stdout).toContain('> POST http://***@127.0.0.1:');
    expect(stdout).toMatch(/\n> .*&apikey=\*\*\*&token=\*\*\*\n/);
    expect(stdout).toContain('you are crm with ***, ***, and ***');
    expect(stdout).not.toMatch(/word-1|literal|another-key|s3cret|Y3JtOnBh/);
  });

  it('shows no secret of the host name where a redirect asks for another scheme', async () => {
    receiver.status = 301;
    receiver.reply = ({ headers }) => ({ headers: { location: `https://${headers.host}/` } });
    const { stdout } = await testSend(
      ['101', 'hangup'],
      (url) => `  "101": ${rules(`on: hangup, url: "${url.replace('127.0.0.1', '${env:TOKEN}.localhost')}"`)}`,
    );
    expect(stdout).toContain('https://***.localhost:');
    expect(stdout).not.toContain('s3cret');
  });

  it('prints what a receiver says so that it cannot steer the terminal', async () => {
    receiver.answer = () => 'a\x1b]0;PWNED\x07\x9b2J\r\n\x1b[31mb\x00';
    const { stdout } = await testSend(['101', 'hangup'], (url) => `  "101": ${rules(`on: hangup, url: "${url}"`)}`);
    expect(stdout).toContain('< a\\x1b]0;PWNED\\x07\\x9b2J\n< \\x1b[31mb\\x00\n');
  });

  it('exits with 1 when the receiver refuses, and says what the service would do', async () => {
    receiver.status = 503;
    const send = () => testSend(['101', 'hangup'], (url) => `  "101": ${rules(`on: hangup, url: "${url}"`)}`);
    expect(await send()).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('  The service: again after 1 s, 3 s, 8 s … 16 h; a dead letter after 24 h\n'),
    });
    receiver.status = 410;
    expect(await send()).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('  The service: a dead letter at once, and the rule sends nothing more until'),
    });
  });

  it('exits with 1 when nothing listens there', async () => {
    const { code, stdout } = await testSend(
      ['101', 'hangup'],
      () => `  "101": ${rules('on: hangup, url: "http://127.0.0.1:1/"')}`,
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /< no answer after \d+ ms: nothing listens there \(connect ECONNREFUSED 127.0.0.1:1\)\n {2}Nothing listens on 127.0.0.1:1: .*\n {2}The service: again after 1 s/,
    );
  });

  it.each([
    [['999', 'hangup'], 1, '/config.yaml has no extension 999, and no pattern that matches it. It has: 101, 102\n'],
    [['101', 'dial-in'], 1, '101 has no enabled rule `on: dial-in`; it has those on hangup, dial-out\n'],
    [['102', 'dial-in'], 1, '102 has no enabled rule `on: dial-in`; it has none at all\n'],
    [
      ['101', 'answer-in'],
      1,
      'rule D is disabled and sends nothing\n101 has no enabled rule `on: answer-in`; it has those on hangup, dial-out\n',
    ],
    [
      ['101', 'ringing'],
      2,
      'ringing is no call event; expected one of: dial-in, dial-out, answer-in, answer-out, hangup, missed; or --missed, --unanswered, --all\n',
    ],
    [
      ['101', 'dial-in', '--unanswered'],
      2,
      'dial-in and --unanswered: which of them? The latter is for the event hangup\n',
    ],
  ])('%s', async (argv, code, stderr) => {
    const all = rules(
      'on: hangup, url: "http://crm/"',
      'on: dial-out, url: "http://crm/"',
      'on: answer-in, id: D, status: disabled, url: "http://crm/"',
    );
    expect(await testSend(argv, () => `  "101": ${all}\n  "102":`)).toEqual({ code, stdout: '', stderr });
    expect(receiver.requests.all).toEqual([]);
  });
});
