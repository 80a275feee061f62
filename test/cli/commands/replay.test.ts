// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../../src/cli/program.ts';
import { captureIo, type HeardIoOptions } from '../../helpers/captured-io.ts';
import { FIXTURES } from '../../helpers/expected.ts';
import { fixtureLog, fixtureText } from '../../helpers/fixture-log.ts';
import { type Receiver, startReceiver } from '../../helpers/receiver.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const directory = temporaryDirectory();
const ALL_EVENTS = join(FIXTURES, 'config.yaml');

async function replay(argv: string[], options: HeardIoOptions = {}) {
  const captured = captureIo(options);
  const config = argv.includes('--config') ? [] : ['--config', ALL_EVENTS];
  const code = await runProgram(['replay', ...argv, ...config], captured.io);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

/** The recordings are made anew now and then: the CallID is that of the caller's channel, which comes first. */
const CALL_ID = /^Linkedid: (\S+)/m.exec(fixtureText('inbound-missed'))?.[1] ?? '';

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('replay', () => {
  it.each(['--explain', '--json', '--send'])('with %s prints no secret of a rule', async (option) => {
    const config = directory.write(
      'secrets.yaml',
      `extensions:
  "101":
    events:
      - { on: hangup, id: A, url: 'http://crm:pass-word-1@127.0.0.1:1/services/T0/B0/hook-secret?jwt=query-secret' }
      - { on: hangup, id: B, method: POST, body: json, url: 'http://127.0.0.1:1/', params: { api-key: body-secret } }`,
    );
    const { stdout, stderr } = await replay([fixtureLog('inbound-missed'), option, '--config', config]);
    expect(stdout).toContain('http://***@127.0.0.1:1/services/T0/B0/***?jwt=***&CallID=');
    expect(stdout).toMatch(/"api-key":"\*\*\*"/);
    expect(stdout + stderr).not.toMatch(/pass-word|hook-secret|query-secret|body-secret/);
  });
});

describe("a caller's number with control characters", () => {
  const log = () => fixtureText('inbound-missed').replaceAll('+31612345678', '+316\x1b]0;PWNED\x07\x9b');

  it('is printed so that it cannot steer the terminal', async () => {
    const { stdout } = await replay(['-', '--explain'], { stdin: log() });
    expect(stdout).toContain('Dial-In: 101 is called by +316\\x1b]0;PWNED\\x07\\x9b\n');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('is the same number in JSON', async () => {
    const { stdout } = await replay(['-', '--json'], { stdin: log() });
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(jsonLines(stdout)[0].params.CallerIDNum).toBe('+316\x1b]0;PWNED\x07\x9b');
  });
});

describe('replay of what people have', () => {
  it('says what it took it for, and which lines it cannot read', async () => {
    const log = fixtureText('inbound-missed').replaceAll('\r', '');
    const plain = await replay(['-', '--json'], { stdin: log });
    const quoted = await replay(['-', '--json'], { stdin: log.replaceAll(/^/gm, '> ').replace('> ', 'He wrote:\n> ') });
    expect(quoted).toEqual({
      code: 0,
      stdout: plain.stdout,
      stderr:
        '-: read as AMI text with something like ">" before its lines\n-:1: is passed over: it is not a header of AMI\n',
    });
    const noise = Array.from({ length: 30 }, (_, number) => `{${number}\n`).join('');
    const objects = await replay(['-'], { stdin: `{"event":"Newchannel"}\n${noise}` });
    expect(objects.stderr).toContain('-:2: is passed over: it is not one whole JSON object\n');
    expect(objects.stderr).toContain('-: 20 more lines are passed over\n');
  });
});

describe('replay --json', () => {
  it('prints one object a line, in order, with these fields and no other', async () => {
    const { code, stdout, stderr } = await replay([fixtureLog('inbound-missed'), '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const params = {
      CallID: CALL_ID,
      CallerIDNum: '+31612345678',
      CallerIDNam: 'Zoë & Co',
      CalledExtension: '101',
      CalledNumber: '+18005550101',
      CalledDID: '+18005550101',
      CallFlow: 'IN',
      CallStatus: 'CALLING',
    };
    const query = (status: string) =>
      `CallID=${CALL_ID}&CallerIDNum=%2B31612345678&CallerIDNam=Zo%C3%AB%20%26%20Co&CalledExtension=101&CalledNumber=%2B18005550101&CalledDID=%2B18005550101&CallFlow=IN&CallStatus=${status}`;
    expect(jsonLines(stdout)).toEqual([
      {
        event: 'dial-in',
        extension: '101',
        id: '41fa499c',
        method: 'GET',
        url: `http://127.0.0.1:9/dial-in?${query('CALLING')}`,
        params,
      },
      {
        event: 'hangup',
        extension: '101',
        id: '5f207b41',
        method: 'GET',
        url: `http://127.0.0.1:9/hangup?${query('UNKNOWN')}`,
        params: { ...params, CallStatus: 'UNKNOWN' },
      },
    ]);
    expect(Object.keys(jsonLines(stdout)[0])).toEqual(['event', 'extension', 'id', 'method', 'url', 'params']);
  });

  it('explains on standard error, so that what is on standard output stays JSON', async () => {
    const { stdout, stderr } = await replay([fixtureLog('inbound-missed'), '--json', '--explain']);
    expect(jsonLines(stdout)).toHaveLength(2);
    expect(stderr).toContain('Dial-In: 101 is called by +31612345678\n');
    expect(stderr).toContain('rule 41fa499c sends\n');
    expect(stderr).toContain(' call events, 2 requests\n');
  });
});

describe('replay', () => {
  it('prints the requests, with what stands in a body', async () => {
    const config = directory.write(
      'post.yaml',
      'extensions: {"101": {events: [{on: hangup, id: A, method: POST, url: "http://crm/x?k=1"}]}}',
    );
    const { stdout } = await replay([fixtureLog('inbound-missed'), '--config', config]);
    expect(stdout).toMatch(
      /^Hangup of 101, rule A: POST http:\/\/crm\/x\?k=1\n {4}CallID=[\d.]+&.*CallStatus=UNKNOWN\n$/,
    );
  });

  it('reads standard input, cut anywhere', async () => {
    const bytes = Buffer.from(fixtureText('inbound-missed'));
    const stdin = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) =>
      bytes.subarray(i * 100, i * 100 + 100),
    );
    const { code, stdout } = await replay(['-', '--json'], { stdin });
    expect([code, jsonLines(stdout).map(({ event }) => event)]).toEqual([0, ['dial-in', 'hangup']]);
  });

  it('takes several logs, each with calls of its own', async () => {
    const log = fixtureLog('inbound-missed');
    const { stdout } = await replay([log, log, '--json']);
    expect(jsonLines(stdout).map(({ event }) => event)).toEqual(['dial-in', 'hangup', 'dial-in', 'hangup']);
    expect((await replay([log, log])).stdout).toMatch(/^== .*inbound-missed.*\nDial-In of 101/);
  });

  it('names the legs that are open at the end of a log, and closes none', async () => {
    const text = fixtureText('inbound-missed');
    const log = directory.write('cut.log', text.slice(0, text.indexOf('Event: Hangup') + 40));
    const { code, stdout, stderr } = await replay([log, '--json']);
    expect([code, jsonLines(stdout).map(({ event }) => event)]).toEqual([0, ['dial-in']]);
    expect(stderr).toBe(
      `${log}: at its end the IN leg of 101 in call ${CALL_ID} is still open: its Hangup is not in the log\n`,
    );
  });

  it.each([
    [
      'garbage before it',
      Buffer.concat([Buffer.from([1, 2, 0xff, 0x80, 10, 10]), Buffer.from(fixtureText('inbound-missed'))]),
    ],
    ['its first event cut', fixtureText('inbound-missed').slice(30)],
    ['lone LF', fixtureText('inbound-missed').replaceAll('\r\n', '\n')],
    [
      'answers and a banner in it',
      `Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: 1\r\n\r\n${fixtureText('inbound-missed')}`,
    ],
    ['half an event behind it', `${fixtureText('inbound-missed')}Event: Newchannel\r\nChann`],
  ])('reads a log with %s', async (_, content) => {
    const { code, stdout } = await replay([directory.write('odd.log', content), '--json']);
    expect([code, jsonLines(stdout).map(({ event }) => event)]).toEqual([0, ['dial-in', 'hangup']]);
  });

  it('needs nothing but extensions, and fetches no secret', async () => {
    const config = directory.write(
      'secret.yaml',
      'asterisk: {username: a, secret: "${file:/nowhere}"}\nextensions: {"101": {events: [{on: hangup, url: "http://crm/${env:NOT_SET}/"}]}}',
    );
    const { code, stdout } = await replay([fixtureLog('inbound-missed'), '--config', config, '--json']);
    expect([code, jsonLines(stdout)[0].url]).toEqual([
      0,
      expect.stringContaining('http://crm/${env:NOT_SET}/?CallID='),
    ]);
  });
});

describe('replay of what is no log', () => {
  it.each([
    [
      'gzip',
      gzipSync('Event: Hangup\r\n\r\n'),
      'cannot be replayed: it is compressed (gzip); unpack it on the way: zcat FILE | call-events replay -',
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffEvent: Hangup\r\n\r\n', 'utf16le'),
      'cannot be replayed: it is UTF-16; save it as UTF-8',
    ],
    [
      'pcap',
      Buffer.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]),
      'cannot be replayed: it is a capture of packets (pcap); take the text out: tcpflow -C -r FILE, or use call-events record',
    ],
    [
      'tcpdump -A',
      '12:00:00.123456 IP 127.0.0.1.5038 > 127.0.0.1.40000: Flags [P.], seq 1:100, length 99\nE..4..@.@....Event: Newchannel\n\n',
      'cannot be replayed: it is the output of tcpdump -A, in which the first event of each packet is spoilt; take the text out of the packets: tcpflow -C port 5038, or use call-events record',
    ],
    [
      "Asterisk's own log",
      '[Nov 24 12:00:00] VERBOSE[123][C-00000001] pbx.c: Executing [102@internal:1]\n',
      "cannot be replayed: it is Asterisk's own log, and not the text of AMI, which call-events record writes",
    ],
  ])('says that it is %s', async (_, content, said) => {
    const log = directory.write('other', content);
    expect(await replay([log])).toEqual({ code: 1, stdout: '', stderr: `${log}: ${said}\n` });
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['other text', 'root:x:0:0:root\n', 'holds no AMI event that is used; is it the text of an AMI session?'],
  ])('says that it holds %s', async (_, content, said) => {
    const log = directory.write('none', content);
    expect(await replay([log])).toEqual({ code: 0, stdout: '', stderr: `${log}: ${said}\n` });
  });

  it('says in plain words that it cannot be read, and goes on with the others', async () => {
    const { code, stdout, stderr } = await replay([
      '/nowhere.log',
      directory.path,
      fixtureLog('inbound-missed'),
      '--json',
    ]);
    expect([code, jsonLines(stdout)]).toEqual([1, [expect.anything(), expect.anything()]]);
    expect(stderr).toBe(
      `/nowhere.log: cannot be read: there is no such file or directory\n${directory.path}: cannot be read: it is a directory\n`,
    );
  });
});

describe('replay --send', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.stop());
  const configFor = (url: string) =>
    directory.write(
      'send.yaml',
      `extensions: {"101": {events: [{on: dial-in, id: in, url: "${url}"}, {on: hangup, id: end, url: "${url}"}]}}`,
    );

  it('really sends, in order, and shows no secret', async () => {
    const config = configFor(`${receiver.url}/\${env:TOKEN}`);
    const { code, stdout } = await replay([fixtureLog('inbound-missed'), '--config', config, '--send'], {
      env: { TOKEN: 's3cret' },
    });
    expect(receiver.requests.all.map(({ path, headers }) => [path, headers['x-event-id']])).toEqual([
      ['/s3cret', 'in'],
      ['/s3cret', 'end'],
    ]);
    expect(code).toBe(0);
    expect(stdout.match(/< HTTP 200/g)).toHaveLength(2);
    expect(stdout).not.toContain('s3cret');
  });

  it('exits with 1 when a request failed', async () => {
    const { code, stderr } = await replay([
      fixtureLog('inbound-missed'),
      '--config',
      configFor('http://127.0.0.1:1/'),
      '--send',
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('2 requests failed\n')]);
  });
});
